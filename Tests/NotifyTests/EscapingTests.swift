import Notify
import Testing
import Trading
import Units

/// Texts from outside mean nothing to any channel (S28).
@Suite struct EscapingTests {
  static let nasty =
    "<b>x</b> @everyone <@&1> [a](http://b) *c* _d_ `e` ~f~ |g| # h\n> i \u{1B}]0;j\u{7}"

  @Test func `S28 Discord mentions nobody and formats nothing`() {
    let text = Escaping.discord(Self.nasty)
    #expect(!text.contains("@everyone") && !text.contains("@here"))
    for sign in "*_~`|[]()<>#" {
      var previous: Character = " "
      for character in text {
        if character == sign { #expect(previous == "\\", "\(sign) in \(text)") }
        previous = character
      }
    }
  }

  @Test func `S28 a line has no control characters and nothing that turns its direction`() {
    let line = PlainLine.clean("a\u{1B}[31mb\r\nc\u{202E}d\u{200B}e\u{0}f\u{2028}g")
    #expect(line == "a [31mb  cde f g")
    #expect(PlainLine.clean(String(repeating: "x", count: 5_000)).count == PlainLine.limit)
  }

  @Test func `S28 a terminal gets no sequence out of a text`() {
    let text = Escaping.terminal("a\u{1B}]0;evil\u{7}b;c\u{9B}d")
    #expect(text == "a ]0 evil b c d")
  }

  @Test func `S28 a header of a mail stays one header`() {
    #expect(Escaping.header("plain") == "plain")
    let header = Escaping.header("a\r\nBcc: x@y.z ü")
    #expect(!header.contains("Bcc"))
    #expect(header == "=?UTF-8?B?YSAgQmNjOiB4QHkueiDDvA==?=")
    let long = Escaping.header(String(repeating: "ü", count: 200))
    #expect(
      long.split(separator: "\r\n ", omittingEmptySubsequences: false).allSatisfy {
        $0.utf8.count <= 75
      })
  }
}
