/// `GET ca.pem`: the certificate that clients have to trust for `https://`. It is no secret.
enum CertificateCall {
  static let description = CallDescription(answers: [
    .other("The certificate in PEM", "application/x-pem-file"),
    .error(404, "https:// is not spoken, or with somebody else's certificate"),
  ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    guard let pem = request.core.authorityPEM else {
      throw .refused(
        status: 404,
        request.core.configuration.tls == nil
          ? "https:// is not spoken here; start the server with --tls"
          : "the certificate was given with --tls-cert: trust whoever signed that")
    }
    return .now(.text(pem, type: "application/x-pem-file"))
  }
}
