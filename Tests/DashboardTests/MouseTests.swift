import Foundation
import Screen
import TestSupport
import Testing
import Trading

@testable import Dashboard

/// What the mouse does where the user has switched it on.
struct MouseTests {
  private static func desk(_ size: Size) -> Desk {
    var desk = Desk.trading()
    _ = update(&desk.model, .size(size), at: desk.now)
    return desk
  }

  private static let sizes = [
    Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 60),
  ]

  /// Where a text stands on the screen.
  private func place(of text: String, in desk: Desk) throws -> Point {
    let rows = desk.frame(desk.model.size?.width ?? 0, desk.model.size?.height ?? 0).rows
    let y = try #require(rows.firstIndex { $0.contains(text) })
    let before = try #require(rows[y].range(of: text)).lowerBound
    return Point(x: TextWidth.columns(of: String(rows[y][..<before])), y: y)
  }

  @Test(arguments: sizes)
  func `T17 a click chooses the market, the position, the order that is drawn there`(
    size: Size
  ) throws {
    var desk = Self.desk(size)
    expect(desk.press(.mouse(Mouse(.press(.left), at: try place(of: "SOL-USDT", in: desk)))), [])
    #expect(desk.model.instrument == Desk.solana.id)
    #expect(desk.model.pane == .markets)
    expect(
      desk.press(.mouse(Mouse(.press(.left), at: try place(of: "ETH-USDT  short", in: desk)))), [])
    #expect(desk.model.selectedPosition?.instrument == Sample.ether.id)
    #expect(desk.model.instrument == Sample.ether.id)
    #expect(desk.model.pane == .positions)
  }

  @Test(arguments: sizes)
  func `T17 a click in the book opens the ticket at the price there, and sends nothing`(
    size: Size
  ) throws {
    for (price, side) in [("59,999.5", PositionSide.long), ("60,000.5", .short)] {
      var desk = Self.desk(size)
      let point = try place(of: price, in: desk)
      expect(desk.press(.mouse(Mouse(.press(.left), at: point))), [])
      guard case .ticket(let form) = desk.model.sheet else {
        Issue.record("no ticket")
        return
      }
      #expect(form.side == side)
      #expect(form.kind == .limit)
      #expect(form.priceText == price.filter { $0 != "," })
      // The second half of a double click falls on the ticket and does nothing.
      expect(desk.press(.mouse(Mouse(.press(.left), at: point))), [])
      #expect(desk.model.context == .ticket)
    }
  }

  @Test func `T17 the wheel goes through the list under it`() throws {
    var desk = Self.desk(Size(width: 120, height: 40))
    let book = try place(of: "Book", in: desk)
    desk.press(.mouse(Mouse(.scrollUp, at: book)))
    #expect(desk.model.pane == .book)
    #expect(desk.model.ladderOffset == 1)
    let markets = try place(of: "Markets", in: desk)
    desk.press(.mouse(Mouse(.scrollDown, at: markets)))
    #expect(desk.model.instrument == Sample.ether.id)
  }

  @Test func `T17 a click in the chart puts the crosshair there`() throws {
    var desk = Self.desk(Size(width: 120, height: 40))
    let areas = ScreenAreas(
      Size(width: 120, height: 40), preset: .overview, focus: .markets, isZoomed: false,
      positions: desk.model.figures.positions.count)
    let chart = try #require(areas[.chart])
    var cursors: Set<Int> = []
    for x in chart.x..<chart.endX {
      desk.press(.mouse(Mouse(.press(.left), at: Point(x: x, y: chart.y + 4))))
      if let cursor = desk.model.chart.cursor { cursors.insert(cursor) }
    }
    #expect(cursors.count > 20)
    #expect(cursors.contains(0))
  }

  @Test func `T17 no click anywhere sends anything, in any preset and size`() {
    for size in Self.sizes + [Size(width: 40, height: 10)] {
      for preset in Preset.allCases {
        var desk = Self.desk(size)
        desk.model.preset = preset
        desk.press("a")
        let start = desk
        for y in stride(from: 0, to: size.height, by: 2) {
          for x in stride(from: 0, to: size.width, by: 7) {
            for action in [
              Mouse.Action.press(.left), .press(.right), .release(.left), .drag(.left), .scrollUp,
            ] {
              desk = start
              let mouse = Key.mouse(Mouse(action, at: Point(x: x, y: y)))
              expect(update(&desk.model, .key(mouse), at: desk.now), [])
              #expect([.main, .ticket].contains(desk.model.context))
            }
          }
        }
      }
    }
  }
}
