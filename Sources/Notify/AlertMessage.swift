import JSONText
import Trading
import Transport
import Units

/// An alert on its way to people: everything that any channel may say of it.
nonisolated public struct AlertMessage: Sendable, Hashable {
  /// The alert's name, such as `12.3`; the same alert sent again has the same name.
  public let id: AlertID
  /// How much it matters.
  public let severity: AlertSeverity
  /// The mode and the account, such as `LIVE blofin main`.
  public let origin: String
  /// What it is about, nil when that is not known.
  public let topic: AlertTopic?
  /// Which instrument it is about, nil for none or several.
  public let instrument: InstrumentID?
  /// What happened, as one sentence without a heading.
  public let text: String
  /// When it fired.
  public let at: Timestamp
  /// Whether it was told before and nobody has acknowledged it.
  public let isRepeat: Bool

  /// States a message.
  public init(_ alert: AlertRecord, origin: String, isRepeat: Bool) {
    id = alert.id
    severity = alert.severity
    self.origin = origin
    topic = alert.topic
    instrument = alert.instrument
    text = PlainLine.clean(alert.text)
    at = alert.at
    self.isRepeat = isRepeat
  }

  /// The first line: mode and account, how much it matters, the instrument.
  public var title: String {
    let again = isRepeat ? " (again)" : ""
    let about = instrument.map { " \($0)" } ?? ""
    return "\(origin): \(severity.rawValue.uppercased())\(again)\(about)"
  }

  /// The second line: the sentence, the alert's name and its time.
  public var body: String { "\(text) [\(id), \(at.isoText) UTC]" }
}

/// Text from outside made fit for one line of any channel.
nonisolated public enum PlainLine {
  /// The most characters that are kept.
  public static let limit = 1_000

  /// Returns the text on one line, without control characters and without those that turn the
  /// direction of writing or hide; cut to ``limit``.
  public static func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard result.count < limit else { break }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
      case .format, .surrogate, .privateUse, .unassigned: continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

/// The same text for each channel, so that nothing in it means anything there.
nonisolated public enum Escaping {
  /// Text for Discord's Markdown: every sign that formats, mentions or links is taken literally.
  ///
  /// `allowed_mentions` forbids mentions as well; an `@` gets an invisible space behind it so that
  /// it does not even look like one.
  public static func discord(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\*_~`|>#-[]()<:".contains(character) { result.append("\\") }
      result.append(character)
      if character == "@" { result.append("\u{200B}") }
    }
    return result
  }

  /// Text for an escape sequence of a terminal: nothing that could end it or begin another.
  public static func terminal(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(200) {
      let isSafe = scalar.value >= 32 && !(127...159).contains(scalar.value) && scalar != ";"
      result.append(isSafe ? scalar : " ")
    }
    return String(result)
  }

  /// Text for a header line of a mail: encoded as RFC 2047 says when it is not plain ASCII.
  public static func header(_ text: String) -> String {
    let line = PlainLine.clean(text)
    let isPlain = line.utf8.allSatisfy { $0 >= 32 && $0 < 127 } && line.utf8.count <= 70
    guard !isPlain else { return line }
    // An encoded word has at most 75 characters: 45 bytes of text each.
    var words: [String] = []
    var part: [UInt8] = []
    for character in line {
      let bytes = Array(String(character).utf8)
      if part.count + bytes.count > 45 {
        words.append("=?UTF-8?B?\(Base64.text(part))?=")
        part = []
      }
      part += bytes
    }
    words.append("=?UTF-8?B?\(Base64.text(part))?=")
    return words.joined(separator: "\r\n ")
  }
}
