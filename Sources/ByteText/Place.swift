/// A variable that lies outside of any object: what touches it several times for each request has no run-time checks of
/// exclusive access to pass, as a class's variable has. All access is by the one that owns it, and none that changes it
/// begins while another one of the same place goes on: a debug build stops there, and tests run in one.
package struct Place<Value: ~Copyable>: ~Copyable {
  @usableFromInline let pointer: UnsafeMutablePointer<Value>
  #if DEBUG
    /// How many read it now; -1 while somebody changes it.
    @usableFromInline let accesses = UnsafeMutablePointer<Int>.allocate(capacity: 1)
  #endif

  @inlinable
  package init(_ value: consuming Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
    #if DEBUG
      accesses.initialize(to: 0)
    #endif
  }

  @inlinable
  deinit {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
    #if DEBUG
      accesses.deallocate()
    #endif
  }

  @inlinable
  package var value: Value {
    _read {
      #if DEBUG
        precondition(accesses.pointee >= 0, "read while it is changed")
        accesses.pointee += 1
        defer { accesses.pointee -= 1 }
      #endif
      yield pointer.pointee
    }
    nonmutating _modify {
      #if DEBUG
        precondition(accesses.pointee == 0, "changed while it is read or changed")
        accesses.pointee = -1
        defer { accesses.pointee = 0 }
      #endif
      yield &pointer.pointee
    }
  }
}
