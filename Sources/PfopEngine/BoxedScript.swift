/// What is scripted about an answer, kept apart: most have nothing, and what is said of them is smaller then, and copied
/// several times without a look at its parts. Not generic: across modules that would cost more than it gains.
@propertyWrapper
package struct BoxedScript: Sendable, Equatable {
  private final class Box: Sendable {
    let script: AnswerScript

    init(_ script: AnswerScript) { self.script = script }
  }

  private var box: Box?

  package init(wrappedValue: AnswerScript?) { box = wrappedValue.map(Box.init) }

  package var wrappedValue: AnswerScript? {
    get { box?.script }
    set { box = newValue.map(Box.init) }
  }

  package static func == (first: BoxedScript, second: BoxedScript) -> Bool { first.wrappedValue == second.wrappedValue }
}
