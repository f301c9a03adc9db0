import Screen
import Testing

@Suite struct FrameTests {
  private func frame(_ width: Int, _ height: Int) -> Frame {
    Frame(Size(width: width, height: height))
  }

  @Test func `prints its rows without trailing spaces`() {
    var frame = frame(8, 2)
    frame.draw("BTC", at: Point(x: 2, y: 1), .plain)
    #expect(frame.rows == ["", "  BTC"])
  }

  @Test func `equal frames are equal and a style makes a difference`() {
    var one = frame(4, 1)
    var other = frame(4, 1)
    one.draw("1.0", at: Point(x: 0, y: 0), Style(.gain))
    other.draw("1.0", at: Point(x: 0, y: 0), Style(.gain))
    let before = one == other
    other.restyle(other.bounds) { $0.ink = .loss }
    #expect([before, one == other] == [true, false])
  }

  @Test(arguments: [
    (-2, "C-USDT"), (0, "BTC-USDT"), (5, "     BTC"), (9, ""), (-8, ""), (-99, ""),
  ])
  func `clips text at both edges`(x: Int, expected: String) {
    var frame = frame(8, 1)
    frame.draw("BTC-USDT", at: Point(x: x, y: 0), .plain)
    #expect(frame.rows == [expected])
  }

  @Test func `T12 a wide character at the edge is a space, never half a glyph`() {
    var frame = frame(5, 3)
    frame.draw("漢字漢", at: Point(x: 0, y: 0), .plain)
    frame.draw("漢字", at: Point(x: -1, y: 1), .plain)
    frame.draw("漢字", at: Point(x: 1, y: 2), .plain, in: Rect(x: 2, y: 0, width: 2, height: 3))
    #expect(frame.rows == ["漢字", " 字", ""])
    #expect(frame[4, 0] == .blank)
  }

  @Test func `T12 writing over one half of a wide character removes the other`() {
    var frame = frame(6, 3)
    for y in 0..<3 { frame.draw("漢字漢", at: Point(x: 0, y: y), .plain) }
    frame.put(Cell("x"), at: Point(x: 1, y: 0))
    frame.draw("yy", at: Point(x: 2, y: 1), .plain)
    frame.fill(Rect(x: 3, y: 2, width: 2, height: 1), Cell("z"))
    #expect(frame.rows == [" x字漢", "漢yy漢", "漢 zz"])
  }

  @Test func `a copied frame is clipped and cuts no wide character`() {
    var small = frame(4, 1)
    small.draw("漢字", at: Point(x: 0, y: 0), .plain)
    var large = frame(5, 2)
    large.draw(small, at: Point(x: -1, y: 0))
    large.draw(small, at: Point(x: 2, y: 1))
    #expect(large.rows == [" 字", "  漢"])
  }

  @Test(arguments: [
    (Overflow.clip, "BTC-U"), (.ellipsis, "BTC-…"), (.hashes, "#####"),
  ])
  func `shows that text was cut`(overflow: Overflow, expected: String) {
    var frame = frame(7, 1)
    frame.draw("BTC-USDT", in: Rect(x: 0, y: 0, width: 5, height: 1), .plain, overflow: overflow)
    #expect(frame.rows == [expected])
  }

  @Test(arguments: [
    (Alignment.leading, "12"), (.center, "  12"), (.trailing, "    12"),
  ])
  func `aligns text`(align: Alignment, expected: String) {
    var frame = frame(6, 1)
    frame.draw("12", in: frame.bounds, .plain, align: align)
    #expect(frame.rows == [expected])
  }

  @Test func `T12 both halves of a wide character have one style`() {
    var frame = frame(6, 1)
    frame.draw("漢字漢", at: Point(x: 0, y: 0))
    frame.restyle(Rect(x: 1, y: 0, width: 2, height: 1)) { $0.ink = .loss }
    #expect((0..<6).map { frame[$0, 0].style.ink } == [.text, .text, .loss, .loss, .text, .text])
  }

  @Test func `the snapshot lists text, styles, cursor and title`() {
    var frame = frame(6, 1)
    frame.draw("+1", at: Point(x: 0, y: 0), Style(.gain).bold)
    frame.draw("-1", at: Point(x: 3, y: 0), Style(.loss, on: .selection))
    frame.cursor = Point(x: 5, y: 0)
    frame.title = "PAPER"
    #expect(
      frame.snapshot == """
        6x1, cursor 5,0, title PAPER
        +1 -1
        --- styles
        aa.bb
        ---
        a gain bold
        b loss on selection

        """)
  }
}
