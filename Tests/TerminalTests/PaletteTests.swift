import Screen
import Testing

@testable import Terminal

@Suite struct PaletteTests {
  static let themes = [false, true].flatMap { isLight in
    Palette.Scheme.allCases.map { Theme(isLight: isLight, scheme: $0) }
  }

  @Test(arguments: themes)
  func `T14 text has a contrast of at least 4.5 on every background it is drawn on`(theme: Theme) {
    for surface in Surface.allCases {
      let back = theme.color(surface)
      for ink in Ink.allCases where ink != .border {
        let front = back?.text ?? theme.color(ink) ?? theme.text
        let contrast = front.contrast(to: back?.back ?? theme.assumedBackground)
        #expect(contrast >= 4.5, "\(ink) on \(surface), light \(theme.isLight), \(theme.scheme)")
      }
    }
  }

  @Test func `T14 the luminance is that of the standard`() {
    #expect(abs(RGB(0xFFFFFF).contrast(to: RGB(0x000000)) - 21) < 0.001)
    #expect(abs(RGB(0x767676).contrast(to: RGB(0xFFFFFF)) - 4.54) < 0.005)
    #expect(abs(RGB(0xFF0000).contrast(to: RGB(0xFFFFFF)) - 3.998) < 0.001)
  }

  @Test(arguments: ColorLevel.allCases)
  func `T15 T23 the modes are told apart without color`(level: ColorLevel) {
    let palette = Palette(level: level)
    let bars = [Surface.live, .paper, .plain].map { palette.draw(Style(.text, on: $0)) }
    #expect(Set(bars).count == 3)
  }

  @Test func `T14 without color there is no color`() {
    let palette = Palette(level: .mono)
    for ink in Ink.allCases {
      for surface in Surface.allCases {
        let drawn = palette.draw(Style(ink, on: surface))
        #expect([drawn.foreground, drawn.background] == [.standard, .standard])
      }
    }
  }

  @Test func `the sixteen colors are the terminal's own`() {
    let palette = Palette(level: .sixteen)
    let drawn = palette.draw(Style(.gain))
    #expect(drawn == .init(foreground: .indexed(2), background: .standard, emphasis: []))
    let red = Palette(level: .sixteen, scheme: .redUp).draw(Style(.gain))
    #expect(red == .init(foreground: .indexed(1), background: .standard, emphasis: []))
  }

  @Test(
    arguments: [
      (0x000000, 16), (0xFFFFFF, 231), (0xFF0000, 196), (0x808080, 244), (0x5F87AF, 67),
      (0x121212, 233),
    ] as [(UInt32, Int)])
  func `finds the nearest of 256 colors`(hex: UInt32, expected: Int) {
    #expect(RGB(hex).nearestIndexed == expected)
  }

  @Test(
    arguments: [
      (["TERM": "xterm-256color"], nil, ColorLevel.indexed, ["xterm-256color"]),
      (
        ["TERM": "xterm-256color", "COLORTERM": "truecolor"], nil, .truecolor,
        ["vte-direct", "xterm-direct", "xterm-256color"]
      ),
      (
        ["TERM": "xterm-256color", "COLORTERM": "24bit", "NO_COLOR": "1"], nil, .mono,
        ["xterm-256color"]
      ),
      (["TERM": "xterm", "NO_COLOR": ""], nil, .indexed, ["xterm"]),
      (["TERM": "xterm", "NO_COLOR": "1"], .sixteen, .sixteen, ["xterm"]),
      (
        ["TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/x"], nil, .truecolor,
        ["tmux-direct", "screen-256color"]
      ),
      (
        ["TERM": "foot", "COLORTERM": "truecolor"], nil, .truecolor,
        ["foot-direct", "vte-direct", "foot"]
      ),
      (["TERM": "linux"], nil, .indexed, ["linux"]),
    ] as [([String: String], ColorLevel?, ColorLevel, [String])])
  func `T13 T14 the environment says how many colors`(
    environment: [String: String], color: ColorLevel?, level: ColorLevel, types: [String]
  ) throws {
    let profile = try TerminalProfile(TerminalOptions(environment: environment, color: color))
    #expect(profile.level == level)
    #expect(profile.types == types)
  }

  @Test(arguments: [
    ("15;0", false), ("0;15", true), ("0;default;7", true), ("", false), ("x", false),
  ])
  func `T14 a light background is known by COLORFGBG`(value: String, expected: Bool) throws {
    let options = TerminalOptions(environment: ["TERM": "xterm", "COLORFGBG": value])
    #expect(try TerminalProfile(options).isLight == expected)
  }
}

extension PtyTests {
  @Test(
    arguments: [
      (nil, TerminalError.unknownTerminal("")), ("dumb", .dumbTerminal("dumb")),
      ("no-such-terminal", .unknownTerminal("no-such-terminal")), ("", .unknownTerminal("")),
    ] as [(String?, TerminalError)])
  func `T13 a terminal that cannot be used is refused with a reason`(
    name: String?, expected: TerminalError
  ) throws {
    let pty = try PseudoTerminal(Size(width: 80, height: 24))
    var environment: [String: String] = [:]
    environment["TERM"] = name
    let terminal = CursesTerminal(
      TerminalOptions(environment: environment, device: pty.path)
    ) { _ in }
    #expect(throws: expected) { try terminal.start() }
    #expect(pty.read() == [])
  }

  @Test func `T13 a file is no terminal`() {
    let terminal = CursesTerminal(
      TerminalOptions(environment: ["TERM": "xterm"], device: "/dev/null")
    ) { _ in }
    #expect(throws: TerminalError.notATerminal("/dev/null")) { try terminal.start() }
  }

  @Test(arguments: ["linux", "vt100", "xterm", "screen", "tmux", "tmux-256color", "rxvt"])
  func `T13 every kind of terminal shows the frame and is given back`(name: String) throws {
    let size = Size(width: 80, height: 24)
    let pty = try PseudoTerminal(size)
    let terminal = CursesTerminal(
      TerminalOptions(environment: ["TERM": name], device: pty.path)
    ) { _ in }
    _ = try terminal.start()
    terminal.show(sample(size, price: "61234.5"))
    var shown = ""
    while !shown.contains("61234.5") {
      let bytes = pty.read(patience: 5000)
      if bytes.isEmpty { break }
      shown += String(decoding: bytes, as: UTF8.self)
    }
    terminal.stop()
    #expect(shown.contains("61234.5"))
    let isPrivate = shown.contains("\u{1B}[?2004h")
    #expect(isPrivate == !["linux", "vt100"].contains(name))
  }

  @Test func `T16 without UTF-8 everything is ASCII`() throws {
    let size = Size(width: 20, height: 3)
    let pty = try PseudoTerminal(size)
    var options = options(pty)
    options.isASCII = true
    let terminal = CursesTerminal(options) { _ in }
    #expect(try terminal.start().isUnicode == false)
    var frame = Frame(size)
    frame.draw("┌─┐▲ 漢 — ⣿ …", at: Point(x: 0, y: 1))
    terminal.show(frame)
    var emulator = Emulator(size)
    feed(&emulator, pty) { $0.rows[1] == "+-+^ ?? - : ~" }
    terminal.stop()
  }
}
