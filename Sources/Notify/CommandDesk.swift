import Units

/// What a person can ask a bot to do.
nonisolated public enum BotCommand: Sendable, Hashable {
  /// The state of the bot and the account.
  case status
  /// The open positions.
  case positions
  /// The open orders.
  case orders
  /// The profit of the day, the week or the month.
  case profit(Span)
  /// How the limits stand.
  case risk
  /// No new orders of strategies.
  case pause
  /// Strategies may open again.
  case resume
  /// No new risk until somebody resumes.
  case halt
  /// The position in one instrument is closed.
  case close(String)
  /// Everything is closed and canceled.
  case flatten
  /// Why nothing is opened in an instrument.
  case why(String)
  /// What there is to ask.
  case help

  /// How far back a profit goes.
  public enum Span: String, Sendable, Hashable, CaseIterable {
    case day, week, month
  }

  /// Reads a command such as `/close BTC` or `/status@name`; nil when it is none.
  public init?(_ text: String) {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
    guard let first = words.first, first.hasPrefix("/"), words.count <= 2 else { return nil }
    let verb = first.dropFirst().prefix { $0 != "@" }.lowercased()
    let name = words.count == 2 ? words[1] : nil
    let isName = name.map { Self.isInstrument($0) } ?? false
    switch (verb, name) {
    case ("status", nil): self = .status
    case ("positions", nil): self = .positions
    case ("orders", nil): self = .orders
    case ("profit", nil): self = .profit(.day)
    case ("profit", let span?):
      guard let span = Span(rawValue: span.lowercased()) else { return nil }
      self = .profit(span)
    case ("risk", nil): self = .risk
    case ("pause", nil): self = .pause
    case ("resume", nil): self = .resume
    case ("halt", nil): self = .halt
    case ("close", let name?) where isName: self = .close(name.uppercased())
    case ("flatten", nil): self = .flatten
    case ("why", let name?) where isName: self = .why(name.uppercased())
    case ("help", nil), ("start", nil): self = .help
    default: return nil
    }
  }

  /// Whether it trades or lets trading go on, so that it asks first. What stops risk does not.
  public var needsConfirmation: Bool {
    switch self {
    case .resume, .close, .flatten: true
    case .status, .positions, .orders, .profit, .risk, .pause, .halt, .why, .help: false
    }
  }

  /// The command as it was meant.
  public var text: String {
    switch self {
    case .status: "status"
    case .positions: "positions"
    case .orders: "orders"
    case .profit(let span): "profit \(span.rawValue)"
    case .risk: "risk"
    case .pause: "pause"
    case .resume: "resume"
    case .halt: "halt"
    case .close(let name): "close \(name)"
    case .flatten: "flatten"
    case .why(let name): "why \(name)"
    case .help: "help"
    }
  }

  /// What there is to ask, for people.
  public static let overview = """
    /status /positions /orders /profit day|week|month /risk /why BTC
    /pause /halt at once; /resume /close BTC /flatten ask for a code first
    """

  private static func isInstrument(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 32
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

/// Decides what a message of a listed user means: a command, the answer to a question, or nothing.
///
/// What trades is asked for with a code of six digits that is good once, for a minute, for the one
/// user who asked. A wrong code forgets the question. A value without a clock and without chance.
nonisolated public struct CommandDesk: Sendable {
  /// What is to be done.
  public enum Step: Sendable, Hashable {
    /// This is to be done now.
    case perform(BotCommand)
    /// This is to be answered.
    case answer(String)
  }

  private struct Question: Sendable {
    let command: BotCommand
    let code: String
    let until: Timestamp
  }

  private var questions: [Int64: Question] = [:]

  /// How long a code is good.
  public static let codeLife = TimeSpan.seconds(60)

  /// Makes a desk where nothing has been asked.
  public init() {}

  /// Takes a message; `code` is six digits that nobody can guess.
  public mutating func take(
    _ text: String, from user: Int64, code: String, at now: Timestamp
  ) -> Step {
    let asked = questions.removeValue(forKey: user)
    let plain = text.filter { $0 != " " }
    if let asked, !plain.hasPrefix("/") {
      guard asked.until > now else { return .answer("The code is too old: ask again.") }
      guard plain == asked.code else { return .answer("That is not the code: nothing was done.") }
      return .perform(asked.command)
    }
    guard let command = BotCommand(text) else {
      return .answer("That is no command.\n" + BotCommand.overview)
    }
    guard command.needsConfirmation else { return .perform(command) }
    questions[user] = Question(command: command, code: code, until: now + Self.codeLife)
    return .answer(
      "\(command.text.uppercased()): answer \(code) within a minute, or anything else to leave it.")
  }
}
