import Screen
import Testing

@Suite struct LayoutTests {
  @Test(arguments: [
    (80, [Extent.fixed(10), .rest, .fixed(20)], [10, 50, 20]),
    (80, [.percent(25), .rest, .rest], [20, 30, 30]),
    (81, [.percent(25), .rest, .rest], [20, 30, 31]),
    (10, [.fixed(8), .fixed(8), .rest], [8, 2, 0]),
    (10, [.minimum(4), .minimum(2)], [6, 4]),
    (5, [.minimum(4), .minimum(4)], [4, 1]),
    (0, [.fixed(3), .rest], [0, 0]),
    (-5, [.fixed(3), .percent(50)], [0, 0]),
    (7, [], []),
  ])
  func `divides a length`(length: Int, parts: [Extent], expected: [Int]) {
    #expect(Layout.lengths(length, parts) == expected)
  }

  @Test func `divides a rectangle into rows and columns with gaps`() {
    let rect = Rect(x: 2, y: 1, width: 21, height: 10)
    #expect(
      rect.rows([.fixed(1), .rest, .fixed(2)]) == [
        Rect(x: 2, y: 1, width: 21, height: 1), Rect(x: 2, y: 2, width: 21, height: 7),
        Rect(x: 2, y: 9, width: 21, height: 2),
      ])
    #expect(
      rect.columns([.rest, .rest], gap: 1) == [
        Rect(x: 2, y: 1, width: 10, height: 10), Rect(x: 13, y: 1, width: 10, height: 10),
      ])
  }

  @Test func `centers and cuts`() {
    let screen = Rect(x: 0, y: 0, width: 80, height: 24)
    #expect(
      screen.centered(Size(width: 40, height: 100)) == Rect(x: 20, y: 0, width: 40, height: 24))
    #expect(screen.intersection(Rect(x: 90, y: 0, width: 5, height: 5)).isEmpty)
    #expect(Rect(x: 0, y: 0, width: 1, height: 1).inset(x: 1, y: 1).isEmpty)
  }
}
