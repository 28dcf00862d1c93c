/// The journal as others are told of it: taken out under the lock, made readable without it, and with no secret in it.
extension MockCore {
  /// Entries from `number` on, at most `limit` of them, oldest first.
  /// - Parameters:
  ///   - isBrief: what fits on a line is enough.
  ///   - selects: told each entry's status.
  /// - Returns: the entries, and the number to go on with.
  func entries(
    from number: UInt64, limit: Int, isBrief: Bool = false, where selects: (Int) -> Bool
  ) -> (entries: [JournalEntry], next: UInt64) {
    var (entries, position): ([JournalEntry], UInt64) = ([], number)
    while true {
      let start = position
      let batch = copies(from: &position, limit: min(limit - entries.count, 256)) { selects(Int($0.facts.status)) }
      entries += batch.map { JournalEntry($0, isBrief: isBrief) }
      if position == start || entries.count >= limit { return (entries, position) }
    }
  }

  /// Entries from `position` on, which moves behind them, at most `limit` of at most 256 that are looked at.
  func copies(
    from position: inout UInt64, limit: Int, where selects: (JournalView) -> Bool
  ) -> [JournalCopy] {
    let copies = withJournal { journal in
      var copies: [JournalCopy] = []
      position = max(position, journal.oldest)
      let end = min(position + 256, journal.next)
      while position < end, copies.count < limit {
        let copy = journal.withEntry(position) { view in
          selects(view) ? JournalCopy(view, journal.outline(of: view)) : nil
        }
        if let copy = copy.flatMap({ $0 }) { copies.append(copy) }
        position += 1
      }
      return copies
    }
    return masked(copies)
  }

  /// The entry of that number, unless it has left or was forgotten.
  func copy(of number: UInt64) -> JournalCopy? {
    let copy = withJournal { journal in
      journal.withEntry(number) { JournalCopy($0, journal.outline(of: $0)) }
    }
    return copy?.masked(secrets.withLock { $0 })
  }

  /// Entries as they are by now, forgotten ones as well; nil for those that have left.
  func copies(of numbers: [UInt64]) -> [JournalCopy?] {
    let copies = withJournal { journal in
      numbers.map { number in
        journal.withEntry(number, evenForgotten: true) { JournalCopy($0, journal.outline(of: $0)) }
      }
    }
    let secrets = secrets.withLock { $0 }
    return copies.map { $0?.masked(secrets) }
  }

  /// Some of the entries from `position` on, which moves behind them, forgotten ones as well.
  /// - Returns: also how many have left before they were asked for.
  func unfiled(from position: inout UInt64) -> (copies: [(number: UInt64, copy: JournalCopy)], missed: Int) {
    let (numbers, copies, missed) = withJournal { journal in
      let start = max(position, journal.oldest)
      let missed = Int(start - position)
      let numbers = Array(start..<min(start + 64, journal.next))
      position = start + UInt64(numbers.count)
      let copies = numbers.map { number in
        journal.withEntry(number, evenForgotten: true) { JournalCopy($0, journal.outline(of: $0)) }
      }
      return (numbers, copies, missed)
    }
    let secrets = secrets.withLock { $0 }
    return (zip(numbers, copies).compactMap { number, copy in copy.map { (number, $0.masked(secrets)) } }, missed)
  }

  private func masked(_ copies: [JournalCopy]) -> [JournalCopy] {
    let secrets = secrets.withLock { $0 }
    return copies.map { $0.masked(secrets) }
  }
}
