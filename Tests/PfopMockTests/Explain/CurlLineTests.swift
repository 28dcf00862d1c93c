import Testing

@testable import PfopMock

struct CurlLineTests {
  @Test func aFormIsPosted() throws {
    let draft = try CurlLine.parse(
      """
      curl -sS -XPOST 'http://127.0.0.1:8599/pfop?x=1#f' \\
        -H 'Authorization: QBox a:b' -H "X-Empty;" -d bucket=media --data 'key=a b' --data-urlencode 'fops=a|b'
      """)
    #expect(draft.method == "POST")
    #expect(draft.target == "/pfop?x=1")
    #expect(draft.body == "bucket=media&key=a b&fops=a%7Cb")
    #expect(draft.value("authorization") == "QBox a:b")
    #expect(draft.value("X-Empty") == "")
    #expect(draft.value("Host") == "127.0.0.1:8599")
    #expect(draft.value("Content-Type") == SignedCall.formType)
  }

  @Test func theMethodFollowsFromTheRest() throws {
    #expect(try CurlLine.parse("curl a/b").method == "GET")
    #expect(try CurlLine.parse("curl -I a/b").method == "HEAD")
    #expect(try CurlLine.parse("curl a/b -d x").method == "POST")
    #expect(try CurlLine.parse("curl -G a/b -d x=1 -d y=2").target == "/b?x=1&y=2")
    #expect(try CurlLine.parse("curl -o f -m 5 --proxy p:1 a").target == "/")
    #expect(
      try CurlLine.parse("curl a -H 'Host: b' -H 'Content-Type: t' -d x").fields.map(\.value) == ["b", "t", "*/*"])
    #expect(try CurlLine.parse("curl a -H Host: -H Accept:").fields.isEmpty)
  }

  /// What `sign --curl` prints is read as what it signs.
  @Test func theLineOfSignIsReadBack() throws {
    let call = try SignedCall(
      method: "POST", url: "http://localhost:1/pfop", contentType: SignedCall.formType, body: "key=it's&b=\"$x\"",
      scheme: "QBox", accessKey: "a", secretKey: "b")
    let draft = try CurlLine.parse(call.curl)
    #expect(draft.body == "key=it's&b=\"$x\"")
    #expect(draft.value("Authorization") == call.authorization)
  }

  @Test(
    arguments: [
      ("wget a", "does not begin with curl"), ("curl", "there is no URL"), ("curl a b", "two URLs"),
      ("curl a -H x", "is no field"), ("curl a -d @file", "names a file"), ("curl a -d", "has no value"),
      ("curl -F a=b c", "-F is not known"), ("curl --form a=b c", "--form is not known"), ("curl ftp://a", "is no URL"),
      ("curl 'a", "nothing ends"), ("curl a --data-urlencode x@f", "names a file"),
    ])
  func mistakesAreNamed(line: String, what: String) {
    #expect {
      try CurlLine.parse(line)
    } throws: { error in
      "\(error)".contains(what) && "\(error)".contains("allowed: ")
    }
  }
}
