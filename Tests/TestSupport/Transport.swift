/// How a test's client speaks to its server: what holds for one has to hold for the other.
package enum Transport: CaseIterable, Sendable {
  case plain
  case tls
}
