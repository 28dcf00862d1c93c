import Testing

@testable import PfopEngine

struct JobStateTests {
  private let plan = JobPlan(waiting: 10, processing: 20)
  private let policy = NotificationPolicy(tries: 3, backoff: 100)

  private func finished() -> JobState {
    var state = JobState(.immediate, createdAt: 0, notifies: true)
    #expect(state.timeCame(0, .immediate) == [.results, .notification])
    return state
  }

  @Test func goesThroughItsPhases() {
    var state = JobState(plan, createdAt: 5, notifies: false)
    #expect(state.phase == .waiting && state.due == 15 && !state.isSettled)
    #expect(state.timeCame(14, plan) == .timer)
    #expect(state.phase == .waiting)
    #expect(state.timeCame(15, plan) == .timer)
    #expect(state.phase == .processing && state.due == 35)
    #expect(state.timeCame(35, plan) == [.results, .settled])
    #expect(state.phase == .finished && state.due == .max && state.isSettled)
    #expect(state.timeCame(.max - 1, plan) == .settled)
  }

  @Test func aLateClockMovesNoDueTime() {
    var state = JobState(plan, createdAt: 0, notifies: false)
    #expect(state.timeCame(29, plan) == .timer)
    #expect(state.phase == .processing && state.due == 30)
    var late = JobState(plan, createdAt: 0, notifies: false)
    #expect(late.timeCame(1000, plan) == [.results, .settled])
  }

  @Test func aPlanOfNoTimeFinishesAtOnce() {
    var state = JobState(.immediate, createdAt: 7, notifies: false)
    #expect(state.timeCame(7, .immediate) == [.results, .settled])
    #expect(finished().delivery == .underWay && finished().tries == 1)
  }

  @Test func triesAgainWithDoublingWaits() {
    var state = finished()
    #expect(state.notificationFailed(at: 1000, policy) == .timer)
    #expect(state.delivery == .planned && state.due == 1100 && !state.isSettled)
    #expect(state.timeCame(1100, .immediate) == .notification)
    #expect(state.delivery == .underWay && state.tries == 2 && state.due == .max)
    #expect(state.notificationFailed(at: 1100, policy) == .timer)
    #expect(state.due == 1300)
    #expect(state.timeCame(1300, .immediate) == .notification)
    #expect(state.notificationFailed(at: 1300, policy) == .settled)
    #expect(state.delivery == .failed && state.isSettled)
  }

  @Test func isSettledOnceToldOrSuppressed() {
    var told = finished()
    #expect(told.notificationDelivered() == .settled)
    #expect(told.delivery == .delivered && told.isSettled)
    var suppressed = finished()
    #expect(suppressed.notificationSuppressed() == .settled)
    #expect(suppressed.delivery == .suppressed && suppressed.isSettled)
  }

  @Test func aLateSuccessCountsAfterTheLastFailureAndBetweenTries() {
    var state = finished()
    #expect(state.notificationFailed(at: 0, NotificationPolicy(tries: 1, backoff: 1)) == .settled)
    #expect(state.notificationDelivered() == .settled)
    #expect(state.delivery == .delivered)
    var waiting = finished()
    #expect(waiting.notificationFailed(at: 0, policy) == .timer)
    #expect(waiting.notificationDelivered() == .settled)
    #expect(waiting.due == .max)
  }

  @Test func aFailureCountsOnlyWhileATryIsUnderWay() {
    var state = finished()
    _ = state.notificationDelivered()
    #expect(state.notificationFailed(at: 0, policy) == [])
    #expect(state.delivery == .delivered)
  }

  @Test func aTesterLeadsItOn() {
    var state = JobState(plan, createdAt: 0, notifies: true)
    #expect(state.stepped(at: 3, plan) == .timer)
    #expect(state.phase == .processing && state.due == 23)
    #expect(state.stepped(at: 4, plan) == [.results, .notification])
    #expect(state.stepped(at: 5, plan) == [])
    var ended = JobState(plan, createdAt: 0, notifies: false)
    #expect(ended.ended(at: 0, plan) == [.results, .settled])
    #expect(ended.ended(at: 0, plan) == [])
    var brief = JobState(JobPlan(waiting: 10, processing: 0), createdAt: 0, notifies: false)
    #expect(brief.stepped(at: 3, JobPlan(waiting: 10, processing: 0)) == [.results, .settled])
  }

  @Test func aNotificationMayComeLongAfterTheResult() {
    let late = JobPlan(processing: 20, notifyAfter: 7)
    var state = JobState(late, createdAt: 0, notifies: true)
    #expect(state.timeCame(20, late) == [.results, .timer])
    #expect(state.phase == .finished && state.delivery == .planned && state.due == 27 && state.tries == 0)
    #expect(state.timeCame(27, late) == .notification)
    var ended = JobState(late, createdAt: 0, notifies: true)
    #expect(ended.ended(at: 3, late) == [.results, .timer])
    #expect(ended.due == 10)
    var silent = JobState(late, createdAt: 0, notifies: false)
    #expect(silent.timeCame(20, late) == [.results, .settled])
  }

  @Test func timesBeyondTheEndOfTimeNeverCome() {
    let endless = JobPlan(waiting: .max, processing: .max)
    var state = JobState(endless, createdAt: 1, notifies: false)
    #expect(state.due == .max - 1)
    #expect(state.timeCame(.max - 2, endless) == .timer)
    #expect(NotificationPolicy(tries: 100, backoff: .max / 4).wait(after: 99) == .max / 2)
    #expect(NotificationPolicy(tries: 100, backoff: 1).wait(after: 62) == 1 << 61)
    #expect(NotificationPolicy().wait(after: 4) == 8_000_000_000)
  }
}
