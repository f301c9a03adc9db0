import Screen

/// As much of an xterm as programs of the full screen use; anything else is noted as a complaint.
struct Emulator {
  /// One cell as the terminal shows it: text, colors and emphasis as SGR numbers.
  struct Shown: Equatable, CustomStringConvertible {
    var text = " "
    var pen = Pen()
    var description: String { "\(text)\(pen)" }
  }

  struct Pen: Equatable {
    var foreground: [Int] = []
    var background: [Int] = []
    var emphasis: Style.Emphasis = []
  }

  let size: Size
  private(set) var cells: [[Shown]]
  private(set) var modes: Set<Int> = [25]
  private(set) var complaints: [String] = []
  private(set) var title: String?
  private(set) var titleDepth = 0
  private(set) var kittyDepth = 0
  private(set) var synchronizedUpdates = 0
  private(set) var pen = Pen()
  private(set) var x = 0
  private(set) var y = 0
  private var pending: [UInt8] = []
  private var last = " "
  private var lastCell = (x: 0, y: 0)
  /// Whether the last column was written: the next character goes to the next row.
  private var isAtEnd = false
  private var wraps = true
  private var saved = (x: 0, y: 0)
  private var region: ClosedRange<Int>

  init(_ size: Size) {
    self.size = size
    let row = Array(repeating: Shown(), count: size.width)
    cells = Array(repeating: row, count: size.height)
    region = 0...(size.height - 1)
  }

  /// The rows without spaces at their ends.
  var rows: [String] {
    cells.map { row in
      var text = row.map(\.text).joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// Whether everything a program may switch on is off again.
  var isGivenBack: Bool {
    modes == [25] && kittyDepth == 0 && titleDepth == 0 && pen == Pen()
  }

  mutating func feed(_ bytes: [UInt8]) {
    pending += bytes
    var index = 0
    while let next = step(index) { index = next }
    pending.removeFirst(index)
  }

  /// Takes one character or sequence; nil when the bytes end inside it.
  private mutating func step(_ start: Int) -> Int? {
    guard start < pending.count else { return nil }
    let byte = pending[start]
    switch byte {
    case 0x1B: return escape(start + 1)
    case 0x08: move(x - 1, y)
    case 0x0A: index()
    case 0x0D: move(0, y)
    case 0x0F, 0x18: break
    case 0x00..<0x20: complaints.append("control \(byte)")
    default: return character(start)
    }
    return start + 1
  }

  private mutating func character(_ start: Int) -> Int? {
    let byte = pending[start]
    let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    guard start + length <= pending.count else { return nil }
    let text = String(decoding: pending[start..<(start + length)], as: UTF8.self)
    show(text)
    return start + length
  }

  private mutating func show(_ text: String) {
    guard let scalar = text.unicodeScalars.first else { return }
    let columns = TextWidth.columns(of: scalar) ?? 1
    if columns == 0 {
      cells[lastCell.y][lastCell.x].text += text
      return
    }
    if isAtEnd {
      move(0, y)
      index()
    }
    if x + columns > size.width { complaints.append("\(text) at \(x) is cut") }
    separate(x)
    separate(x + columns)
    cells[y][x] = Shown(text: text, pen: pen)
    if columns == 2 { cells[y][x + 1] = Shown(text: "", pen: pen) }
    lastCell = (x, y)
    isAtEnd = x + columns >= size.width && wraps
    x = min(x + columns, size.width - 1)
    last = text
  }

  /// Moves down a row, or the rows up at the end of the region.
  private mutating func index() {
    isAtEnd = false
    if y == region.upperBound { scroll(1) } else { y = min(size.height - 1, y + 1) }
  }

  /// Moves the rows of the region up, or down by a negative number.
  private mutating func scroll(_ count: Int) {
    let blank = Array(repeating: Shown(text: " ", pen: erased), count: size.width)
    for _ in 0..<abs(count) {
      cells.remove(at: count > 0 ? region.lowerBound : region.upperBound)
      cells.insert(blank, at: count > 0 ? region.upperBound : region.lowerBound)
    }
  }

  private mutating func separate(_ column: Int) {
    guard column > 0, column < size.width, cells[y][column].text.isEmpty else { return }
    cells[y][column - 1].text = " "
    cells[y][column].text = " "
  }

  private mutating func escape(_ start: Int) -> Int? {
    guard start < pending.count else { return nil }
    switch pending[start] {
    case UInt8(ascii: "["): return sequence(start + 1)
    case UInt8(ascii: "]"): return command(start + 1)
    case UInt8(ascii: "("), UInt8(ascii: ")"):
      return start + 1 < pending.count ? start + 2 : nil
    case UInt8(ascii: ">"), UInt8(ascii: "="): return start + 1
    case UInt8(ascii: "7"):
      saved = (x, y)
      return start + 1
    case UInt8(ascii: "8"):
      move(saved.x, saved.y)
      return start + 1
    case UInt8(ascii: "M"):
      if y == region.lowerBound { scroll(-1) } else { y -= 1 }
      return start + 1
    default:
      complaints.append("ESC \(pending[start])")
      return start + 1
    }
  }

  private mutating func command(_ start: Int) -> Int? {
    guard let end = pending[start...].firstIndex(of: 0x07) else { return nil }
    let text = String(decoding: pending[start..<end], as: UTF8.self)
    if text.hasPrefix("2;") { title = String(text.dropFirst(2)) } else { complaints.append(text) }
    return end + 1
  }

  private mutating func sequence(_ start: Int) -> Int? {
    guard let end = pending[start...].firstIndex(where: { (0x40..<0x7F).contains($0) }) else {
      return nil
    }
    let text = String(decoding: pending[start..<end], as: UTF8.self)
    perform(text, Character(Unicode.Scalar(pending[end])))
    return end + 1
  }

  private mutating func perform(_ text: String, _ final: Character) {
    if text.hasPrefix("?"), final == "h" || final == "l" {
      setModes(text.dropFirst().split(separator: ";").compactMap { Int($0) }, final == "h")
      return
    }
    let numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    switch (final, text) {
    case ("u", ">1"): kittyDepth += 1
    case ("u", "<"): kittyDepth -= 1
    case ("t", _) where text.hasPrefix("22"): titleDepth += 1
    case ("t", _) where text.hasPrefix("23"): titleDepth -= 1
    case ("m", _): setPen(numbers)
    case ("l", "4"), ("h", "4"): break
    case ("r", _):
      // Like a terminal, it knows no rows below its last, whatever the writer believes.
      let last = min(numbers.count > 1 ? numbers[1] : size.height, size.height) - 1
      region = min(count - 1, last)...last
      move(0, 0)
    case ("S", _): scroll(count)
    case ("T", _): scroll(-count)
    case ("H", _): move(max(1, numbers.count > 1 ? numbers[1] : 1) - 1, count - 1)
    case ("G", _): move(count - 1, y)
    case ("d", _): move(x, count - 1)
    case ("A", _): move(x, y - count)
    case ("B", _): move(x, y + count)
    case ("C", _): move(x + count, y)
    case ("D", _): move(x - count, y)
    case ("K", _): erase(y, numbers[0] == 1 ? 0 : x, numbers[0] == 1 ? x : size.width - 1)
    case ("X", _): erase(y, x, min(size.width - 1, x + count - 1))
    case ("J", _): eraseBelow(all: numbers[0] == 2)
    case ("b", _): for _ in 0..<count { show(last) }
    default: complaints.append("CSI \(text)\(final)")
    }
  }

  private mutating func move(_ column: Int, _ row: Int) {
    if column < 0 || column >= size.width || row < 0 || row >= size.height {
      complaints.append("moved to \(column), \(row)")
    }
    x = min(max(0, column), size.width - 1)
    y = min(max(0, row), size.height - 1)
    isAtEnd = false
  }

  private mutating func erase(_ row: Int, _ from: Int, _ to: Int) {
    guard from <= to else { return }
    let kept = y
    y = row
    separate(from)
    separate(to + 1)
    y = kept
    for column in from...to { cells[row][column] = Shown(text: " ", pen: erased) }
  }

  /// What erasing leaves: the background stays, the rest of the pen does not.
  private var erased: Pen { Pen(foreground: [], background: pen.background, emphasis: []) }

  private mutating func eraseBelow(all: Bool) {
    if all { erase(y, 0, size.width - 1) } else { erase(y, x, size.width - 1) }
    for row in 0..<size.height where row > y || (all && row != y) { erase(row, 0, size.width - 1) }
  }

  private mutating func setModes(_ numbers: [Int], _ isOn: Bool) {
    if numbers.contains(7) { wraps = isOn }
    for number in numbers where ![1, 7, 12].contains(number) {
      if number == 2026, isOn { synchronizedUpdates += 1 }
      if isOn { modes.insert(number) } else { modes.remove(number) }
    }
  }

  private mutating func setPen(_ numbers: [Int]) {
    var index = 0
    while index < numbers.count {
      let number = numbers[index]
      switch number {
      case 0: pen = Pen()
      case 1: pen.emphasis.insert(.bold)
      case 2: pen.emphasis.insert(.dim)
      case 4: pen.emphasis.insert(.underline)
      case 7: pen.emphasis.insert(.reverse)
      case 22: pen.emphasis.subtract([.bold, .dim])
      case 24: pen.emphasis.remove(.underline)
      case 27: pen.emphasis.remove(.reverse)
      case 30...37, 90...97: pen.foreground = [number < 90 ? number - 30 : number - 82]
      case 40...47, 100...107: pen.background = [number < 100 ? number - 40 : number - 92]
      case 39: pen.foreground = []
      case 49: pen.background = []
      case 38, 48:
        let length = numbers[index + 1] == 5 ? 3 : 5
        let color = Array(numbers[(index + 2)..<(index + length)])
        if number == 38 { pen.foreground = color } else { pen.background = color }
        index += length - 1
      default: complaints.append("SGR \(number)")
      }
      index += 1
    }
  }
}
