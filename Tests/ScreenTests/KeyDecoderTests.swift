import Screen
import Testing
import Units

@Suite struct KeyDecoderTests {
  /// What a terminal sends for each key.
  static let table: [(String, [Key])] = [
    ("a", [.character("a")]), ("B", [.character("B")]), (" ", [.character(" ")]),
    ("é漢👍", [.character("é"), .character("漢"), .character("👍")]),
    ("\r", [.enter]), ("\n", [.control("j")]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
    ("\u{8}", [.backspace]), ("\u{0}", [.control(" ")]), ("\u{3}", [.control("c")]),
    ("\u{1A}", [.control("z")]), ("\u{1C}", [.control("\\")]), ("\u{1F}", [.control("_")]),
    ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left]),
    ("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", [.up, .down, .right, .left]),
    ("\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF", [.home, .end, .home, .end]),
    ("\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~", [.home, .end, .home, .end]),
    ("\u{1B}[2~\u{1B}[3~\u{1B}[5~\u{1B}[6~", [.insert, .delete, .pageUp, .pageDown]),
    ("\u{1B}[Z", [.backTab]), ("\u{1B}OM", [.enter]), ("\u{1B}Oj", [.character("*")]),
    ("\u{1B}OP\u{1B}OQ\u{1B}OR\u{1B}OS", (1...4).map { .function($0) }),
    ("\u{1B}[11~\u{1B}[12~\u{1B}[13~\u{1B}[14~", (1...4).map { .function($0) }),
    ("\u{1B}[[A\u{1B}[[B\u{1B}[[C\u{1B}[[D\u{1B}[[E", (1...5).map { .function($0) }),
    ("\u{1B}[15~\u{1B}[17~\u{1B}[18~\u{1B}[19~", (5...8).map { .function($0) }),
    ("\u{1B}[20~\u{1B}[21~\u{1B}[23~\u{1B}[24~", (9...12).map { .function($0) }),
    ("\u{1B}x\u{1B}X\u{1B}1", [.alternate("x"), .alternate("X"), .alternate("1")]),
    ("\u{1B}\u{7F}", [.control("w")]), ("\u{1B}[1;5D", [.wordLeft]),
    ("\u{1B}[1;3C", [.wordRight]), ("\u{1B}[1;2A", [.up]), ("\u{1B}[3;5~", [.deleteWord]),
    ("\u{1B}[I\u{1B}[O", [.focusGained, .focusLost]),
    ("\u{1B}[27u", [.escape]), ("\u{1B}[13u", [.enter]), ("\u{1B}[13;2u", []),
    ("\u{1B}[97;5u", [.control("a")]), ("\u{1B}[97;3u", [.alternate("a")]),
    ("\u{1B}[97;1:1u\u{1B}[97;1:2u\u{1B}[97;1:3u", [.character("a"), .character("a")]),
    ("\u{1B}[97;65u", [.character("a")]), ("\u{1B}[57400u", [.character("1")]),
    ("\u{1B}[57414u", [.enter]), ("\u{1B}[57441u", []), ("\u{1B}[97;9u", []),
    ("\u{1B}[27;5;105~", [.control("i")]), ("\u{1B}[9;2u", [.backTab]),
    ("\u{1B}[<0;5;3M", [.mouse(Mouse(.press(.left), at: Point(x: 4, y: 2)))]),
    ("\u{1B}[<2;1;1m", [.mouse(Mouse(.release(.right), at: Point(x: 0, y: 0)))]),
    ("\u{1B}[<32;9;9M", [.mouse(Mouse(.drag(.left), at: Point(x: 8, y: 8)))]),
    ("\u{1B}[<64;2;2M", [.mouse(Mouse(.scrollUp, at: Point(x: 1, y: 1)))]),
    ("\u{1B}[<65;2;2M", [.mouse(Mouse(.scrollDown, at: Point(x: 1, y: 1)))]),
    ("\u{1B}[<0;0;0M\u{1B}[<35;2;2M\u{1B}[<?;1;1M", []),
    ("\u{1B}[200~y\n y\n\u{1B}[201~", [.paste("y\n y\n")]),
    ("\u{1B}[200~\u{1B}[A\r\u{1B}[201~q", [.paste("\u{1B}[A\r"), .character("q")]),
    ("\u{1B}[200~\u{1B}[201~", [.paste("")]),
    // None of ours: swallowed to the last byte.
    ("\u{1B}[?62;22cq", [.character("q")]), ("\u{1B}[12;40Rq", [.character("q")]),
    ("\u{1B}[?2026;2$yq", [.character("q")]), ("\u{1B}[999~q", [.character("q")]),
    ("\u{1B}]11;rgb:ffff/ffff/ffff\u{7}q", [.character("q")]),
    ("\u{1B}P>|tmux 3.3a\u{1B}\\q", [.character("q")]),
    ("\u{1B}_Gi=1;OK\u{1B}\\q", [.character("q")]),
    ("\u{1B}[M !!q", [.character("q")]), ("\u{1B}[1;6Aq", [.character("q")]),
    ("\u{1B}[99999999999999999999Aq", [.character("q")]), ("\u{1B}[Gq", [.character("q")]),
    ("\u{1B}[" + String(repeating: "1;", count: 500) + "Aq", [.character("q")]),
    ("\u{1B}[200\u{1B}[Aq", [.up, .character("q")]), ("\u{1B}[3\rq", [.enter, .character("q")]),
    ("\u{1B}\u{1B}[A", [.escape, .up]), ("\u{1B}\ry", [.escape, .character("y")]),
  ]

  @Test(arguments: table)
  func `T25 decodes in one read`(bytes: String, expected: [Key]) {
    var decoder = KeyDecoder()
    let keys = decoder.feed(bytes.utf8)
    #expect(keys == expected)
    #expect(decoder.patience == nil)
  }

  @Test(arguments: table)
  func `T25 decodes byte by byte`(bytes: String, expected: [Key]) {
    var decoder = KeyDecoder()
    let keys = bytes.utf8.flatMap { decoder.feed(CollectionOfOne($0)) }
    #expect(keys == expected)
  }

  @Test func `T25 any order of keys in any pieces gives the same keys`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for round in 0..<500 {
      let rows = (0..<20).map { _ in
        Self.table[Int.random(in: 0..<Self.table.count, using: &random)]
      }
      let bytes = rows.flatMap { Array($0.0.utf8) }
      var decoder = KeyDecoder()
      var keys: [Key] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...9, using: &random))
        keys += decoder.feed(bytes[start..<end])
        start = end
      }
      #expect(keys == rows.flatMap(\.1), "seed \(seed), round \(round)")
    }
  }

  @Test func `T25 a lone escape byte is Esc within 50 milliseconds`() {
    var decoder = KeyDecoder()
    let before = decoder.feed([0x1B])
    #expect(before.isEmpty)
    #expect(decoder.patience == 50)
    #expect(decoder.expire() == [.escape])
    #expect(decoder.expire() == [])
    #expect(decoder.patience == nil)
  }

  @Test func `T25 the tail of a sequence that stutters types no letters`() {
    var decoder = KeyDecoder()
    var keys = decoder.feed([0x1B])
    keys += decoder.expire()
    keys += decoder.feed(Array("[".utf8))
    keys += decoder.feed(Array("A".utf8))
    #expect(keys == [.escape, .up])
    #expect(decoder.patience == nil)
  }

  @Test func `T25 Esc and then a bracket, typed by hand, are two keys`() {
    var decoder = KeyDecoder()
    var keys = decoder.feed([0x1B])
    keys += decoder.expire()
    keys += decoder.feed(Array("[".utf8))
    keys += decoder.expire()
    keys += decoder.feed(Array("a".utf8))
    #expect(keys == [.escape, .character("["), .character("a")])
  }

  @Test(arguments: ["\u{1B}[1;", "\u{1B}O", "\u{1B}]0;title", "\u{1B}[[", "\u{1B}[M!"])
  func `T25 an unfinished sequence is dropped when nothing follows`(bytes: String) {
    var decoder = KeyDecoder()
    var keys = decoder.feed(bytes.utf8)
    keys += decoder.expire()
    keys += decoder.feed(Array("q".utf8))
    #expect(keys == [.character("q")])
  }

  @Test(
    arguments: [
      [0xFF, 0x71], [0xC3, 0x71], [0xE2, 0x82, 0x71], [0x80, 0x71], [0xC0, 0xAF, 0x71],
      [0xED, 0xA0, 0x80, 0x71], [0xF8, 0x71], [0xC2, 0x9B, 0x71], [0xF4, 0x90, 0x80, 0x80, 0x71],
      [0xE0, 0x80, 0x80, 0x71],
    ] as [[UInt8]])
  func `T25 malformed UTF-8 is no key and does not eat the next one`(bytes: [UInt8]) {
    var decoder = KeyDecoder()
    #expect(decoder.feed(bytes).last == .character("q"))
    #expect(decoder.feed(bytes).allSatisfy { $0 == .character("q") })
  }

  @Test func `T25 pasted invalid UTF-8 is text`() {
    var decoder = KeyDecoder()
    let bytes = Array("\u{1B}[200~a".utf8) + [0xFF, 0xFE] + Array("b\u{1B}[201~".utf8)
    #expect(decoder.feed(bytes) == [.paste("a\u{FFFD}\u{FFFD}b")])
  }

  @Test func `T18 a paste is one event and keeps its first megabyte`() {
    var decoder = KeyDecoder()
    let text = [UInt8](repeating: 0x79, count: 3 << 20)
    var keys = decoder.feed(Array("\u{1B}[200~".utf8))
    keys += decoder.feed(text)
    keys += decoder.feed(Array("\u{1B}[201~q".utf8))
    let kept = String(repeating: "y", count: 1 << 20)
    #expect(keys == [.paste(kept), .character("q")])
  }

  @Test func `T18 a paste whose end is lost is delivered as text`() {
    var decoder = KeyDecoder()
    var keys = decoder.feed(Array("\u{1B}[200~y\n".utf8))
    #expect(decoder.patience == 2000)
    keys += decoder.expire()
    #expect(keys == [.paste("y\n")])
  }

  @Test func `T25 random bytes never stop the decoder`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var decoder = KeyDecoder()
    for _ in 0..<20_000 {
      let bytes = (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = decoder.feed(bytes)
      if Bool.random(using: &random) { _ = decoder.expire() }
    }
    while decoder.patience != nil { _ = decoder.expire() }
    #expect(decoder.feed(Array("q".utf8)) == [.character("q")], "seed \(seed)")
  }

  @Test(arguments: [
    (Key.character("a"), "a"), (.character(" "), "Space"), (.control("p"), "Ctrl-P"),
    (.alternate("x"), "Alt-x"), (.alternate("X"), "Alt-X"), (.function(7), "F7"), (.pageUp, "PgUp"),
    (.backTab, "Shift-Tab"), (.escape, "Esc"), (.character("é"), "é"),
    (.control(" "), "Ctrl-Space"), (.wordLeft, "Ctrl-Left"), (.deleteWord, "Ctrl-Del"),
  ])
  func `a key has one name`(key: Key, name: String) {
    #expect(key.description == name)
    #expect(Key(name: name) == key)
  }

  @Test func `keys that no terminal sends say so, and the others do not`() {
    let absent: [Key] = [
      .control("h"), .control("i"), .control("j"), .control("m"), .control("["), .control("1"),
      .alternate("O"), .alternate("["), .alternate("]"), .alternate("P"), .alternate("_"),
      .alternate("é"),
    ]
    #expect(absent.filter { $0.absence == nil } == [])
    let sent: [Key] = [
      .control("a"), .control("\\"), .control(" "), .alternate("b"), .tab, .character("b"),
    ]
    #expect(sent.filter { $0.absence != nil } == [])
  }

  @Test(arguments: ["", "F0", "F25", "F07", "Ctrl-", "Ctrl-ab", "Hyper-x", " ", "\u{1B}"])
  func `what is no name of a key is refused`(name: String) {
    #expect(Key(name: name) == nil)
  }
}
