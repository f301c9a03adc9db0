import Screen
import Testing

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("BTC-USDT", 8), ("漢字", 4), ("한국어", 6), ("e\u{301}", 1), ("👍", 2), ("👍🏽", 2),
    ("👩‍💻", 2), ("❤️", 1), ("🇰🇷", 2), ("│─┼", 3), ("⣿⡇", 2), ("▁▂█", 3), ("—…", 2), ("±×", 2),
    ("ﾊﾝｶｸ", 4), ("ａ", 2), ("\u{1100}\u{1161}\u{11A8}", 2), ("ไทย", 3), ("กำ", 2), ("שלום", 4),
  ])
  func `T12 counts columns, not characters`(text: String, expected: Int) {
    #expect(TextWidth.columns(of: text) == expected)
  }

  @Test func `T12 a column is filled by the columns of its text`() {
    let texts = ["", "ab", "漢字", "abcde"]
    #expect(texts.map { TextWidth.padded($0, to: 5) } == ["     ", "ab   ", "漢字 ", "abcde"])
    #expect(texts.map { TextWidth.padded($0, to: 4, gap: 1) } == ["    ", "ab  ", "漢字 ", "abcde "])
  }

  @Test(arguments: [
    ("\u{1B}[2J\u{1B}]0;x\u{7}", "�[2J�]0;x�"), ("a\tb\nc", "a b c"), ("\u{9B}31m", "�31m"),
    ("abc\u{202E}cba", "abc�cba"), ("BTC\u{200B}-USDT", "BTC�-USDT"), ("x\u{FEFF}", "x�"),
    ("\u{301}a", "�a"), ("a\u{AD}b", "a�b"), ("\u{7F}\u{0}\r", "���"), ("\u{2028}\u{E000}", "��"),
    ("\u{E0041}\u{10FFFF}", "��"), ("a\u{A0}b\u{3000}c", "a b c"), ("a\u{FE0F}", "a�"),
    ("☎\u{FE0F}!", "☎!"), ("👩\u{200D}👩\u{200D}👧!", "👩!"), ("🇧🇷", "BR"), ("a\u{200D}b", "a�b"),
  ])
  func `S25 shows what would act on the terminal as a replacement`(text: String, shown: String) {
    var frame = Frame(Size(width: 20, height: 1))
    frame.draw(text, at: Point(x: 0, y: 0))
    #expect(frame.rows == [shown])
  }

  @Test func `T12 keeps two combining marks and drops the rest`() {
    var frame = Frame(Size(width: 4, height: 1))
    frame.draw("a\u{300}\u{301}\u{302}\u{303}b", at: Point(x: 0, y: 0))
    #expect(Array(frame.rows[0].unicodeScalars) == ["a", "\u{300}", "\u{301}", "b"])
  }

  @Test func `T12 no character breaks the grid`() {
    var frame = Frame(Size(width: 3, height: 1))
    // All that alphabets, signs and controls use; of the large blocks every thirteenth.
    for value in Array(0..<0x3400) + Array(stride(from: UInt32(0x3400), to: 0x110000, by: 13)) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      frame.clear(frame.bounds)
      let end = frame.draw("\(scalar)|", at: Point(x: 0, y: 0))
      let width = frame[1, 0].isRightHalf ? 2 : 1
      if end != width + 1 || frame[width, 0].text != "|" {
        Issue.record("U+\(String(value, radix: 16)) ends at \(end): \(frame.rows)")
      }
    }
  }
}
