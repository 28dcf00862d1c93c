import HTTPServer
import PfopEngine

extension JSONWriter {
  /// A job as testers see it: what clients are told of it, and what they are not.
  mutating func value(_ job: Job) {
    object { writer in
      writer.member("id", job.id)
      writer.member("phase", job.state.phase.name)
      writer.member("notification", job.state.delivery.name)
      writer.member("tries", job.state.tries)
      writer.name("due")
      if job.state.due == .max {
        writer.null()
      } else {
        writer.value(Timestamp(nanoseconds: job.state.due).rfc3339)
      }
      writer.member("accessKey", job.accessKey)
      writer.member("notifyURL", job.notifyURL)
      writer.name("status")
      writer.value(StatusReport(job))
    }
  }

  /// A delivery, with what was sent as long as its job is there.
  mutating func value(_ delivery: Delivery, of job: Job?) {
    object { writer in
      writer.members(of: delivery)
      writer.name("sent")
      if let job, let target = NotifyTarget(job.notifyURL) {
        writer.write(NotificationMessage(job, to: target, authorization: delivery.authorization), job.notifyURL)
      } else {
        writer.null()
      }
    }
  }

  /// What became of a delivery.
  mutating func members(of delivery: Delivery) {
    member("number", delivery.number)
    member("id", delivery.id)
    member("attempt", delivery.attempt)
    member("at", delivery.at.rfc3339)
    write(delivery.outcome)
    member("address", delivery.address)
    member("microseconds", delivery.duration / 1000)
  }

  private mutating func write(_ outcome: Delivery.Outcome) {
    member("outcome", outcome.name)
    switch outcome {
    case .underWay: return
    case .failed(let reason), .suppressed(let reason): member("reason", reason)
    case .answered(let status, let content, let remark):
      if !outcome.isDelivered { member("reason", "the receiver answered \(status)") }
      member("status", status)
      member("answer", String(decoding: content, as: UTF8.self))
      if let remark { member("remark", remark) }
    }
  }

  private mutating func write(_ message: NotificationMessage, _ url: String) {
    object { writer in
      writer.member("url", url)
      writer.member("head", message.head)
      writer.member("body", message.body)
    }
  }
}
