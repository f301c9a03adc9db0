import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

struct LayoutTests {
  static let sizes = [(60, 16), (80, 24), (99, 40), (100, 30), (120, 40), (150, 45), (200, 60)]

  @Test func `panels fill the body without touching each other, in every preset and size`() {
    for (width, height) in Self.sizes {
      for preset in Preset.allCases {
        for focus in Pane.allCases {
          for (isZoomed, positions) in [(false, 0), (true, 0), (false, 4), (false, 9)] {
            let areas = ScreenAreas(
              Size(width: width, height: height), preset: preset, focus: focus,
              isZoomed: isZoomed, positions: positions)
            let parts = areas.panes.map(\.area) + [areas.strip, areas.tape].compactMap(\.self)
            let cells = parts.reduce(0) { $0 + $1.width * $1.height }
            let name = "\(width)x\(height) \(preset) \(focus) \(isZoomed) \(positions)"
            #expect(cells == areas.body.width * areas.body.height, "\(name)")
            #expect(areas[focus] != nil, "\(name)")
            for (index, part) in parts.enumerated() {
              for other in parts.dropFirst(index + 1) {
                #expect(part.intersection(other).isEmpty, "\(name)")
              }
            }
          }
        }
      }
    }
  }

  @Test func `T23 nothing vital disappears in any preset, size or zoom`() {
    var desk = Desk.trading()
    for (width, height) in Self.sizes + [(40, 10), (59, 15)] {
      for preset in Preset.allCases {
        for pane in Pane.allCases {
          for isZoomed in [false, true] {
            desk.model.preset = preset
            desk.model.pane = pane
            desk.model.isZoomed = isZoomed
            let frame = desk.frame(width, height)
            let name = "\(width)x\(height) \(preset) \(pane) \(isZoomed)"
            #expect(frame.rows[0].hasPrefix(" PAPER "), "\(name)")
            #expect(frame.rows[0].contains(" 0s") || width < 60, "\(name)")
            #expect(frame.rows[1].contains("Equity 9,997.50"), "\(name)")
            // Each position with its side and what protects it.
            #expect(frame.text.contains("59,000.0"), "\(name)")
            #expect(frame.text.contains("waiting 0s"), "\(name)")
            #expect(frame.rows[height - 1].contains("F8 flatten"), "\(name)")
          }
        }
      }
    }
  }

  @Test func `T05 every size from nothing to huge is drawn`() {
    let desk = Desk.trading()
    for (width, height) in [(0, 0), (1, 1), (20, 5), (59, 16), (60, 15), (61, 17), (500, 200)] {
      let frame = desk.frame(width, height)
      #expect(frame.size == Size(width: width, height: height))
    }
  }

  @Test func `T05 a size that changes confirms nothing`() {
    var desk = Desk.trading()
    desk.press(.function(8))
    let before = desk.model.sheet
    for (width, height) in [(80, 24), (1, 1), (200, 60), (80, 24)] { _ = desk.frame(width, height) }
    #expect(desk.model.sheet == before)
  }

  @Test func `the tape and the log have a place on a large screen`() {
    let text = Desk.trading().frame(200, 60).text
    for title in [
      "1 Markets", "2 Book", "3 Positions", "4 Orders", "5 Chart", "6 Account", "7 Log",
    ] {
      #expect(text.contains(title), "\(title)")
    }
    #expect(text.contains("Trades"))
  }
}
