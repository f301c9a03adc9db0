import Glibc
import Screen
import Testing
import Units

@testable import Terminal

extension PtyTests {
  @Test(arguments: [ColorLevel.indexed, .truecolor, .sixteen, .mono])
  func `T11 frames drawn by difference show what was asked for`(level: ColorLevel) throws {
    let size = Size(width: 40, height: 12)
    let pty = try PseudoTerminal(size)
    let session = try Session(options(pty, level))
    defer { session.end() }
    session.enter(options(pty, level))
    var emulator = Emulator(size)
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var frame = Frame(size)
    let palette = Palette(level: session.level)
    for round in 0..<Self.rounds {
      frame = mutated(frame, &random)
      if session.paint(frame) { while !session.flush() { emulator.feed(pty.read(patience: 100)) } }
      let wanted = expected(frame, palette)
      // The kernel hands bytes over a moment after they were written.
      while visible(emulator.cells) != wanted {
        let more = pty.read(patience: 5_000)
        if more.isEmpty { break }
        emulator.feed(more)
      }
      let shown = visible(emulator.cells)
      guard emulator.rows == frame.rows, shown == wanted else {
        let row = shown.indices.first { shown[$0] != wanted[$0] } ?? 0
        let column = shown[row].indices.first { shown[row][$0] != wanted[row][$0] } ?? 0
        Issue.record(
          """
          seed \(seed) round \(round) cell \(column), \(row):
          \(shown[row][column]) instead of \(wanted[row][column])
          """)
        return
      }
    }
    session.leave()
    emulator.feed(pty.read(patience: 100))
    #expect(emulator.complaints == [])
    #expect(emulator.isGivenBack)
  }

  /// With `PERPDECK_DIFFERENCE` naming a folder, what was written for ten thousand frames is left
  /// there, once by difference and once repainted, for `Tests/Conformance/difference.py`.
  @Test(
    .enabled(if: getenv("PERPDECK_DIFFERENCE") != nil),
    arguments: [ColorLevel.indexed, .truecolor, .sixteen, .mono])
  func `T11 the bytes of ten thousand frames are left for another emulator`(
    level: ColorLevel
  ) throws {
    let folder = try #require(getenv("PERPDECK_DIFFERENCE").map { String(cString: $0) })
    for isRepainted in [false, true] {
      let bytes = try recorded(level, isRepainted: isRepainted)
      let path = "\(folder)/\(level)-\(isRepainted ? "full" : "difference")"
      let file = try #require(fopen(path, "w"))
      #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
      fclose(file)
    }
  }

  /// The bytes of each frame, its length as a line before it.
  private func recorded(_ level: ColorLevel, isRepainted: Bool) throws -> [UInt8] {
    let size = Size(width: 40, height: 12)
    let pty = try PseudoTerminal(size)
    let session = try Session(options(pty, level))
    defer { session.end() }
    session.enter(options(pty, level))
    while !session.flush() { _ = pty.read(patience: 100) }
    _ = pty.read(patience: 100)
    var random = SeededRandom(seed: 11)
    var frame = Frame(size)
    var all: [UInt8] = []
    for _ in 0..<2_500 {
      frame = mutated(frame, &random)
      if isRepainted { session.repaint() }
      var bytes: [UInt8] = []
      if session.paint(frame) {
        let count = session.frameBytes
        while bytes.count < count {
          session.flush()
          let more = pty.read(patience: 1_000)
          try #require(!more.isEmpty, "the terminal got \(bytes.count) of \(count) bytes")
          bytes += more
        }
      }
      all += Array("\(bytes.count)\n".utf8) + bytes
    }
    return all
  }

  /// Frames for each level; `THOROUGH=1` draws ten thousand in all.
  private static let rounds = getenv("THOROUGH") == nil ? 200 : 2500

  private func expected(_ frame: Frame, _ palette: Palette) -> [[Emulator.Shown]] {
    visible(
      (0..<frame.size.height).map { y in
        (0..<frame.size.width).map { x in
          let cell = frame[x, y]
          let drawn = palette.draw(cell.style)
          return Emulator.Shown(
            text: cell.text,
            pen: Emulator.Pen(
              foreground: numbers(drawn.foreground), background: numbers(drawn.background),
              emphasis: cell.style.emphasis.union(drawn.emphasis)))
        }
      })
  }

  /// The cells without what nobody sees: the foreground of a space.
  private func visible(_ cells: [[Emulator.Shown]]) -> [[Emulator.Shown]] {
    cells.map { row in
      row.map { cell in
        guard cell.text == " ", cell.pen.emphasis.isDisjoint(with: [.underline, .reverse]) else {
          return cell
        }
        return Emulator.Shown(
          text: " ",
          pen: Emulator.Pen(foreground: [], background: cell.pen.background, emphasis: []))
      }
    }
  }

  private func numbers(_ color: TerminalColor) -> [Int] {
    switch color {
    case .standard: []
    case .indexed(let index): [index]
    case .rgb(let rgb): [Int(rgb.red), Int(rgb.green), Int(rgb.blue)]
    }
  }

  private func mutated(_ old: Frame, _ random: inout SeededRandom) -> Frame {
    var frame = Int.random(in: 0..<50, using: &random) == 0 ? Frame(old.size) : old
    let texts = ["61234.5", "漢字漢字", "e\u{301}a\u{308}\u{301}", "⣿⡇▁▂█│─", "👍x", " ", "—", "ไทย"]
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      let point = Point(
        x: Int.random(in: -4..<44, using: &random), y: Int.random(in: -1..<13, using: &random))
      let style = Style(
        Ink.allCases.randomElement(using: &random) ?? .text,
        on: Surface.allCases.randomElement(using: &random) ?? .plain,
        Style.Emphasis(rawValue: UInt16.random(in: 0..<16, using: &random)))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: frame.fill(rect(at: point, &random), Cell("#", style))
      case 1: frame.clear(rect(at: point, &random))
      case 2: frame.restyle(rect(at: point, &random)) { $0 = style }
      default: frame.draw(texts.randomElement(using: &random) ?? "", at: point, style)
      }
    }
    return frame
  }

  private func rect(at point: Point, _ random: inout SeededRandom) -> Rect {
    Rect(
      x: point.x, y: point.y, width: Int.random(in: 0..<20, using: &random),
      height: Int.random(in: 0..<4, using: &random))
  }
}
