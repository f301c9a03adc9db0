import Screen
import Terminal
import TestSupport
import Testing
import Trading

@testable import Dashboard

/// A screen that golden files keep.
struct Scene: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable () -> Desk

  var testDescription: String { name }

  static let all: [Scene] = [
    Scene(name: "overview") { .trading() },
    Scene(name: "scalp") { .pressing(.function(3)) },
    Scene(name: "positions") { .pressing(.function(4)) },
    Scene(name: "research") { .pressing(.function(5), "h", "h") },
    Scene(name: "account") { .pressing("6", "z") },
    Scene(name: "zones") { .proposal(pressing: "8", "z") },
    Scene(name: "approve") { .proposal(pressing: "A") },
    Scene(name: "performance") { .closed(pressing: "9", "z") },
    Scene(name: "log") { .pressing("7", "z") },
    Scene(name: "orders") { .pressing("4", "z", "j") },
    Scene(name: "amend") { .pressing("4", "j", "j", "r") },
    Scene(name: "connecting") { Desk() },
    Scene(name: "help") { .pressing("?") },
    Scene(name: "why") { .pressing("w") },
    Scene(name: "alerts") { .alerting(pressing: "L") },
    Scene(name: "palette") { .pressing(.control("p")) },
    Scene(name: "ticket") { .pressing("b") },
    Scene(name: "market_order") { .pressing("a", "m") },
    Scene(name: "line") { .typing("buy btc 0.5% sl 1% tp 2r") },
    Scene(name: "line_problem") { .typing("buy btc 0.5% sl 1,5 ") },
    Scene(name: "flatten") { .pressing(.function(8)) },
    Scene(name: "partial_close") { .pressing("p") },
    Scene(name: "stop") { .pressing("x") },
    Scene(name: "live") { .pressing("a", mode: "LIVE") },
  ]
}

extension Desk {
  /// The trading desk after some keys.
  static func pressing(_ keys: Key..., mode: String = "PAPER") -> Desk {
    var desk = Desk.trading(mode: mode)
    for key in keys { desk.press(key) }
    return desk
  }

  /// The desk with a proposal after some keys.
  static func proposal(pressing keys: Key...) -> Desk {
    do {
      var desk = try Desk.proposing()
      for key in keys { desk.press(key) }
      return desk
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// A desk whose positions were closed, one after the other, after some keys.
  static func closed(pressing keys: Key...) -> Desk {
    var desk = Desk.trading()
    desk.closeAll()
    for key in keys { desk.press(key) }
    return desk
  }

  /// The trading desk with a line typed.
  static func typing(_ line: String) -> Desk {
    var desk = Desk.pressing(":")
    desk.type(line)
    return desk
  }
}

struct GoldenFrameTests {
  static let sizes = [
    Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 60),
  ]

  @Test(arguments: Scene.all, sizes)
  func `T24 every screen looks as recorded in every size and depth of color`(
    scene: Scene, size: Size
  ) throws {
    let frame = view(scene.make().model, size: size)
    let name = "dashboard_\(scene.name)_\(size.width)x\(size.height)"
    #expect(try Golden.mismatch(frame.snapshot + legend(of: frame), name) == nil)
  }

  /// What each style of a frame becomes in true color, in sixteen colors and without color.
  private func legend(of frame: Frame) -> String {
    var seen: Set<Style> = []
    var lines: [String] = []
    for y in 0..<frame.size.height {
      for x in 0..<frame.size.width {
        let style = frame[x, y].style
        guard seen.insert(style).inserted else { continue }
        let drawn = [ColorLevel.truecolor, .sixteen, .mono].map {
          text(Palette(level: $0).draw(style))
        }
        lines.append("\(style): " + drawn.joined(separator: " | "))
      }
    }
    return "--- truecolor | 16 | mono\n" + lines.sorted().joined(separator: "\n") + "\n"
  }

  private func text(_ drawn: Palette.Drawn) -> String {
    let words = Style(.text, on: .plain, drawn.emphasis).description.dropFirst("text".count)
    return "\(text(drawn.foreground)) on \(text(drawn.background))\(words)"
  }

  private func text(_ color: TerminalColor) -> String {
    switch color {
    case .standard: "default"
    case .indexed(let index): "\(index)"
    case .rgb(let rgb): "#" + String(rgb.hex | 0x100_0000, radix: 16).dropFirst()
    }
  }
}
