import Units

/// A word of a line and where it begins.
struct LineWord: Sendable, Hashable {
  /// Lower case.
  let text: String
  /// Characters before it.
  let at: Int
}

/// The words of a line, taken one after the other.
struct LineWords {
  private let words: [LineWord]
  private var place = 0
  /// Where the line ends.
  let end: Int
  private let line: String

  /// The longest line that is read, in characters.
  static let longest = 256

  init(_ line: String) throws(LineProblem) {
    guard line.count <= Self.longest else {
      throw LineProblem(
        at: Self.longest, text: "the line is longer than \(Self.longest) characters")
    }
    self.line = line
    end = line.count
    words = Self.split(line)
  }

  /// The next word, which stays.
  var next: LineWord? { place < words.count ? words[place] : nil }

  /// Takes the next word, nil at the end.
  mutating func take() -> LineWord? {
    defer { place = min(place + 1, words.count) }
    return next
  }

  /// Takes the next word if it is this one.
  mutating func take(_ text: String) -> Bool {
    guard next?.text == text else { return false }
    place += 1
    return true
  }

  /// Everything that is left, as typed.
  mutating func rest() -> String {
    guard let next else { return "" }
    place = words.count
    var text = String(line.dropFirst(next.at))
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Throws if anything is left.
  func expectEnd() throws(LineProblem) {
    guard let next else { return }
    throw LineProblem(at: next.at, text: "`\(next.text)` is not understood here")
  }

  /// Splits at spaces; `@` is a word of its own wherever a word begins with it.
  private static func split(_ line: String) -> [LineWord] {
    var words: [LineWord] = []
    var word = ""
    var start = 0
    func close() {
      if !word.isEmpty { words.append(LineWord(text: word.lowercased(), at: start)) }
      word = ""
    }
    for (offset, character) in line.enumerated() {
      if character == " " || character == "\t" {
        close()
      } else if character == "@", word.isEmpty {
        words.append(LineWord(text: "@", at: offset))
      } else {
        if word.isEmpty { start = offset }
        word.append(character)
      }
    }
    close()
    return words
  }
}

/// Numbers as a line has them.
enum LineNumber {
  /// Returns a number above zero; strict, for what is almost a number is not what was meant.
  static func positive(_ text: Substring, of word: LineWord) throws(LineProblem) -> Fixed {
    if text.contains(",") {
      throw LineProblem(at: word.at, text: "`\(word.text)`: numbers have a point and no commas")
    }
    let number: Fixed
    do {
      number = try Fixed(text)
    } catch {
      throw LineProblem(at: word.at, text: "`\(word.text)` is no number: \(error)")
    }
    guard number.isPositive else {
      throw LineProblem(at: word.at, text: "`\(word.text)` must be above zero")
    }
    guard number <= FormNumber.largest else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is too large")
    }
    return number
  }

  /// Returns percent as a share, above zero and at most one.
  static func share(_ text: Substring, of word: LineWord) throws(LineProblem) -> Rate {
    let percent = try positive(text, of: word)
    guard percent <= 100 else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is more than everything")
    }
    return Rate(percent.divided(by: 100, .towardZero))
  }
}
