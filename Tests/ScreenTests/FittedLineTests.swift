import Screen
import Testing

struct FittedLineTests {
  private let line = FittedLine(
    leading: [
      FittedLine.Part([[Span("MODE")]]),
      FittedLine.Part([[Span(" exchange main")], [Span(" exchange")]], rank: 2),
      FittedLine.Part([[Span(" extra")], []], rank: 1),
    ],
    trailing: [FittedLine.Part([[Span("12:00 UTC")], [Span("12:00")]], rank: 3)])

  private func drawn(_ width: Int) -> String {
    var frame = Frame(Size(width: width, height: 1))
    line.draw(into: &frame, in: frame.bounds)
    return frame.text
  }

  @Test func `parts give way in the order of their rank until the line fits`() {
    #expect(drawn(34) == "MODE exchange main extra 12:00 UTC")
    #expect(drawn(33) == "MODE exchange main extra12:00 UTC")
    #expect(drawn(30) == "MODE exchange main extra 12:00")
    #expect(drawn(28) == "MODE exchange extra    12:00")
    #expect(drawn(20) == "MODE exchange  12:00")
  }

  @Test func `parts go whole where no form fits, the first one never`() {
    #expect(drawn(17) == "MODE exchange")
    #expect(drawn(12) == "MODE")
    #expect(line.chosen(for: 0).leading.map(\.text) == ["MODE"])
    #expect(drawn(3) == "MO…")
    #expect(drawn(0) == "")
  }

  @Test func `a line that is too long ends in an ellipsis and cuts no figure`() {
    func drawn(_ texts: [String], _ width: Int) -> String {
      var frame = Frame(Size(width: width, height: 1))
      frame.draw(texts.map { Span($0) }, in: frame.bounds)
      return frame.text
    }
    #expect(drawn(["C ", "63,084.2"], 10) == "C 63,084.2")
    #expect(drawn(["C ", "63,084.2"], 9) == "C …")
    #expect(drawn(["C ", "63,084.2", "  +1.20%"], 11) == "C 63,084.2…")
    #expect(drawn(["C ", "63,084.2", "  +1.20%"], 16) == "C 63,084.2  …")
    #expect(drawn(["1,500.25 USDT"], 4) == "…")
    #expect(drawn(["1000PEPE-USDT long"], 9) == "1000PEPE…")
    #expect(drawn(["no new orders"], 8) == "no new …")
    var frame = Frame(Size(width: 12, height: 1))
    frame.draw("loses 12,345.60", in: frame.bounds)
    #expect(frame.text == "loses …")
  }
}

struct DepthLadderTests {
  private func drawn(_ offset: Int) -> [String] {
    func level(_ price: Int) -> DepthLadder.Level {
      DepthLadder.Level(price: "\(price)", size: "1", fraction: 0)
    }
    let ladder = DepthLadder(
      asks: (1...5).map { level(100 + $0) }, bids: (1...5).map { level(100 - $0) },
      middle: [Span("=")], offset: offset)
    var frame = Frame(Size(width: 14, height: 3))
    ladder.draw(into: &frame, in: frame.bounds, Glyphset())
    return frame.rows.map { String($0.prefix(4).filter { $0 != " " }) }
  }

  @Test func `scrolling shows higher prices and stops where a side ends`() {
    #expect(drawn(0)[0] == "101")
    #expect(drawn(0)[2] == "99")
    #expect(drawn(2) == ["103", "102", "101"])
    #expect(drawn(-2) == ["99", "98", "97"])
    #expect(drawn(99) == drawn(4))
    #expect(drawn(-99) == drawn(-4))
  }
}
