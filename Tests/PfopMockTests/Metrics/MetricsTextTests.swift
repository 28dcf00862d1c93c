import Testing

@testable import PfopMock

struct MetricsTextTests {
  @Test func whatWouldEndALineOrAValueIsEscaped() {
    var text = MetricsText()
    text.begin("a_total", .counter, "One \\ \"two\"\nthree.")
    text.sample("a_total", ["x": "1\\2\"3\n4", "y": "z"], 5)
    text.single("b", .gauge, "B.", 1.5)
    #expect(
      text.text == """
        # HELP a_total One \\\\ "two"\\nthree.
        # TYPE a_total counter
        a_total{x="1\\\\2\\"3\\n4",y="z"} 5
        # HELP b B.
        # TYPE b gauge
        b 1.5

        """)
  }
}
