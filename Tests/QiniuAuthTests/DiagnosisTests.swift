import Foundation
import Testing

@testable import QiniuAuth

struct DiagnosisTests {
  private let account = Credential.sample
  private let sample = SampleRequest()

  @Test func saysWhatIsWrong() throws {
    #expect(try sample.diagnosis(nil) == "no Authorization was sent")
    #expect(try sample.diagnosis("") == "malformed Authorization: the field is empty")
    #expect(
      try sample.diagnosis("QBox ak") == "malformed Authorization: no colon between access key and signature")
    #expect(
      try sample.diagnosis("Bearer x", accepting: .qbox) == "unknown scheme \"Bearer\": this server accepts QBox")
    #expect(
      try sample.diagnosis("B\u{e4} x") == "unknown scheme \"B\\xC3\\xA4\": this server accepts QBox and Qiniu")
    #expect(try sample.diagnosis("QBox no\"body:x") == "unknown access key \"no\"body\"")
    #expect(
      try sample.diagnosis(sample.authorization(.qbox)) == "signature of \"\(account.accessKey)\" is valid, as sent")
  }

  @Test func saysWhetherARefusedSchemeWouldBeValid() throws {
    let refused = "scheme Qiniu is not accepted, this server accepts QBox; otherwise: "
    #expect(
      try sample.diagnosis(sample.authorization(.qiniu), accepting: .qbox)
        == refused + "signature of \"\(account.accessKey)\" is valid, as sent")
    #expect(
      try sample.diagnosis("Qiniu nobody:x", accepting: .qbox) == refused + "unknown access key \"nobody\"")
    #expect(
      try sample.diagnosis("Qiniu \(account.accessKey):x", accepting: .qbox)
        .hasPrefix(refused + "signature mismatch: the server signed \"POST /pfop\\nHost: 127.0.0.1:18181\\n"))
  }

  @Test func showsTheSigningStringWithinBounds() throws {
    var long = sample
    long.body = String(repeating: "\u{1}", count: 10_000)
    let wrong = "QBox \(account.accessKey):x"
    #expect(
      try sample.diagnosis(wrong)
        == "signature mismatch: the server signed \"/pfop\\nbucket=media&key=a+b%2Fc.mp4&fops=avinfo\"; "
        + "no known slip explains it: wrong secret key, or another string signed?")
    #expect(try long.diagnosis(wrong).count < 512 * 4 + 300)
    long.target = "/" + String(repeating: "t", count: 10_000)
    #expect(try long.diagnosis(account.authorization(.qbox, over: "/\n")).count < 512 * 4 + 500)
  }

  @Test func tellsSwappedKeys() throws {
    #expect(
      try sample.diagnosis("QBox \(account.secretKey):x")
        == "unknown access key: a secret key was sent in its place (keys swapped?)")
  }

  /// A client may send its secret anywhere, and an explanation may have the right signature at hand.
  @Test func holdsNeitherSecretNorRightSignature() throws {
    let (ak, sk) = (account.accessKey, account.secretKey)
    let right = try String(sample.authorization(.qbox).suffix(28))
    let rightHex = try account.digest("/pfop\n" + sample.body).map { String(format: "%02x", $0) }.joined()
    let values = [
      nil, "", sk, "\(sk) x", "\(ak):\(sk)", "QBox \(sk)", "QBox \(ak):\(sk)", "QBox \(sk):\(ak)", "QBox x\(sk):y",
      "QBox \(ak):\(right.dropLast())", "QBox \(ak):\(rightHex)", "QBox \(ak):\(right)=", "Qiniu \(ak):\(right)",
      "QBox  \(ak):\(right)", "Bearer \(right)", try account.authorization(.qbox, over: "/pfop/\n" + sample.body),
    ]
    var leaky = sample
    leaky.body = "secret=\(sk)&x=y"
    leaky.target = "/pfop?\(sk)"
    leaky.contentType = "text/\(sk)"
    leaky.host = sk
    for value in values {
      for scheme in [AcceptedSchemes.both, .qiniu, .qbox] {
        for request in [sample, leaky] {
          let diagnosis = try request.diagnosis(value, accepting: scheme)
          for secret in [sk, String(right.dropLast()), rightHex] {
            #expect(!diagnosis.contains(secret), "\(value ?? "none")")
          }
          #expect(diagnosis.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
      }
    }
    for slip in ["/pfop\nsecret=\(sk)&x=y", "POST /pfop/?\(sk)\n", "/pfop\n"] {
      #expect(try !leaky.diagnosis(account.authorization(.qbox, over: slip)).contains(sk))
    }
  }

  /// An escape and what stands behind it can make up a secret that the client's bytes do not hold.
  @Test func holdsNoSecretThatEscapingMakes() throws {
    let secret = Credential(accessKey: "ak", secretKey: "testsk-0123456789")
    var sample = SampleRequest()
    sample.body = "\testsk-0123456789"
    let diagnosis = try sample.diagnosis("QBox ak:x", [secret])
    #expect(diagnosis.hasPrefix("signature mismatch"))
    #expect(!diagnosis.contains(secret.secretKey))
  }

  @Test func aShortSecretWithholdsNoText() throws {
    let short = Credential(accessKey: "ak", secretKey: "media")
    #expect(try sample.diagnosis("QBox ak:x", [short]).contains("bucket=media"))
    #expect(try sample.diagnosis("QBox media:x", [short]).hasPrefix("unknown access key: a secret key"))
  }
}
