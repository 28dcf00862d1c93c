/// Whose signatures are accepted. Neither descriptions nor dumps of it show the secret.
package struct Account: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  package var accessKey: String
  package var secretKey: String

  package init(accessKey: String, secretKey: String) {
    self.accessKey = accessKey
    self.secretKey = secretKey
  }

  package var description: String { "account \(accessKey)" }

  package var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey]) }
}
