/// A variable that lies outside of any object: what touches it several times for each request has no run-time checks of
/// exclusive access to pass, as a class's variable has. All access is by the loop that owns it.
struct Place<Value: ~Copyable>: ~Copyable {
  let pointer: UnsafeMutablePointer<Value>

  init(_ value: consuming Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }

  deinit {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }
}
