/// What becomes of notifications, from the order to the outcome. All times are the service's.
extension ServiceState {
  package var hasOrders: Bool { !orders.isEmpty }

  /// True if something has come up since the last time that whoever keeps the time has to know: orders, or a new time
  /// at which something is due.
  package mutating func takeNews() -> Bool {
    defer { hasNews = false }
    return hasNews
  }

  /// The next notifications to be sent, and where to; those of jobs that have left are passed over.
  package mutating func takeOrders(limit: Int) -> [(order: NotificationOrder, url: String)] {
    var taken: [(order: NotificationOrder, url: String)] = []
    while taken.count < limit, let order = orders.popFirst() {
      if let url = jobs.notifyURL(of: order.id) {
        taken.append((order, url))
      } else {
        releaseAnswer(of: order.id)
      }
    }
    return taken
  }

  /// A notification is about to be sent.
  /// - Returns: nil if its job has left, or nothing is to be told any more.
  package mutating func deliveryBegan(_ order: NotificationOrder) -> (delivery: Delivery, job: Job)? {
    guard let delivery = beginDelivery(order), let job = jobs.lookUp(order.id).job else {
      releaseAnswer(of: order.id)
      return nil
    }
    return (delivery, job)
  }

  /// A notification has come to its outcome without being sent; nothing happens if its job has left.
  /// - Parameter now: the wait for the next try begins there.
  /// - Returns: the delivery that it counts as.
  @discardableResult
  package mutating func deliverySkipped(
    _ order: NotificationOrder, _ ending: Delivery.Ending, at now: Timestamp
  ) -> Delivery? {
    guard var delivery = beginDelivery(order) else {
      releaseAnswer(of: order.id)
      return nil
    }
    delivery.ending = ending
    deliveryEnded(delivery, at: now)
    return delivery
  }

  /// A job's notification is due. Nobody is waked for one that cannot be sent.
  mutating func orderNotification(of id: Int64, at now: Timestamp) {
    guard !forbidden.isEmpty, let receiver = jobs.receiver(of: id, among: forbidden) else {
      orders.append(NotificationOrder(id: id, at: now, wish: nil, era: era))
      hasNews = true
      return
    }
    let tries = jobs.update(id) { state, _ in
      _ = state.notificationSuppressed()
      return state.tries
    }
    let number = deliveries.append(of: id, attempt: Int(tries ?? 0), at: now, forbidden[receiver])
    deliveryTally.deliverySuppressed()
    happenings.note(.delivery(number: number, hasEnded: false))
    happenings.note(.delivery(number: number, hasEnded: true))
  }

  /// Receivers of notifications that have been found to be none that may be called: until they are forgotten, what
  /// falls due for them comes to its end at once.
  /// - Parameter receiver: the beginning of notifyURLs, up to the end of their authority.
  package mutating func forbid(_ receiver: String, because reason: String) { forbidden.insert(receiver, reason) }

  /// Whoever has forbidden some no longer believes it.
  package mutating func forgetForbidden() { forbidden.removeAll() }

  private mutating func beginDelivery(_ order: NotificationOrder) -> Delivery? {
    guard order.era == era, let state = jobs.state(of: order.id), order.wish != nil || state.delivery == .underWay
    else { return nil }
    var delivery = deliveries.begin(of: order.id, attempt: order.wish == nil ? Int(state.tries) : 0, at: order.at)
    delivery.era = era
    deliveryTally.deliveryBegan()
    happenings.note(.delivery(number: delivery.number, hasEnded: false))
    return delivery
  }

  /// A delivery has come to its outcome.
  /// - Parameter now: the wait for the next try begins there.
  package mutating func deliveryEnded(_ delivery: Delivery, at now: Timestamp) {
    releaseAnswer(of: delivery.id)
    deliveryTally.deliveryEnded(delivery.outcome)
    // What was under way for a service that this one has taken the place of may have the number of another delivery.
    guard delivery.era == era else { return }
    if deliveries[delivery.number] != nil {
      deliveries[delivery.number] = delivery
      happenings.note(.delivery(number: delivery.number, hasEnded: true))
    }
    let policy = settings.notification
    let effects = jobs.update(delivery.id) { state, _ in
      if delivery.outcome.isDelivered { return state.notificationDelivered() }
      guard delivery.attempt > 0 else { return [] }
      if case .suppressed = delivery.outcome { return state.notificationSuppressed() }
      return state.notificationFailed(at: now.nanoseconds, policy)
    }
    if delivery.attempt > 0, delivery.outcome.isDelivered,
      jobs.traits(of: delivery.id)?.contains(.notifiesTwice) == true
    {
      orders.append(NotificationOrder(id: delivery.id, at: now, wish: 0, era: era))
    }
    perform(effects ?? [], delivery.id, at: now)
  }

  /// Orders the notification of a delivery's job once more.
  /// - Parameter wish: what the order is known by.
  /// - Returns: false if the delivery or its job is not here.
  package mutating func redeliver(_ number: Int64, wish: Int, at now: Timestamp) -> Bool {
    guard let delivery = deliveries[number], jobs.state(of: delivery.id) != nil else { return false }
    orders.append(NotificationOrder(id: delivery.id, at: now, wish: wish, era: era))
    hasNews = true
    return true
  }
}
