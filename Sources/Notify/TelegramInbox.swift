import EventLoop
import JSONText
import Transport
import Units

/// What a person wrote to a bot.
nonisolated public struct TelegramMessage: Sendable, Hashable {
  /// The number of the update; the next one asked for is one higher.
  public let update: Int64
  /// Who wrote it.
  public let user: Int64
  /// Where it was written.
  public let chat: Int64
  /// What was written.
  public let text: String
  /// When, in seconds since 1970.
  public let date: Int64
}

/// Reads what people write to a bot, by long polling. Source: Telegram Bot API, getUpdates.
///
/// Only messages of listed users in the one configured chat, or alone with the bot, reach the
/// program; of others nothing is read but the number. What was written before the start, or more
/// than a minute ago by the clock of Telegram, is not done: an old command must not be carried out
/// late. An answer that cannot be read is asked for again message by message: one bad message must
/// not hide the next one.
public final class TelegramInbox {
  /// Called with each message of a listed user.
  public var onMessage: ((TelegramMessage) -> Void)?
  /// Called with a message of a listed user that came too late: the newest of each chat in an
  /// answer.
  public var onLate: ((TelegramMessage) -> Void)?
  /// Called when a message of somebody else was passed over, with the user's number.
  public var onStranger: ((Int64) -> Void)?
  /// Called when reading fails, with the reason, once per kind of failure.
  public var onProblem: ((String) -> Void)?

  private let bot: TelegramBot
  private let users: Set<Int64>
  private let chat: Int64?
  private let http: any HTTPClient
  private let loop: any Loop
  private var offset: Int64 = 0
  private var ticket: HTTPTicket?
  private var failures = 0
  private var problem: String?
  private var isStopped = false
  /// The most messages of the next answer.
  private var limit = TelegramInbox.batch
  /// When reading began, and when the answer that is awaited was asked for.
  private var startedAt = MonotonicTime(microseconds: 0)
  private var askedAt = MonotonicTime(microseconds: 0)

  /// How long a question waits at the server, and all of it at most, in seconds.
  private static let patience: Int64 = 50
  private static let deadline = patience + 10
  /// How old a message may be, in seconds.
  private static let longestAge: Int64 = 60
  /// The most messages of one answer.
  private static let batch = 20
  /// The largest answer of several messages and of a single one, in bytes.
  private static let answerLimit = 1 << 20
  private static let answerLimitAlone = 8 << 20

  /// Makes an inbox that is not read yet. `chat` is the number of the chat, nil where it is named.
  public init(
    _ bot: TelegramBot, users: [Int], chat: String?, http: any HTTPClient, loop: any Loop
  ) {
    self.bot = bot
    self.users = Set(users.map(Int64.init))
    self.chat = chat.flatMap { Int64($0) }
    self.http = http
    self.loop = loop
  }

  /// Reads until ``stop()``.
  public func start() {
    startedAt = loop.uptime
    ask()
  }

  /// Reads nothing any more.
  public func stop() {
    isStopped = true
    ticket.map(http.cancel)
  }

  private func ask() {
    guard !isStopped else { return }
    let request: HTTPRequest
    do throws(TransportError) {
      let query =
        "offset=\(offset)&limit=\(limit)&timeout=\(Self.patience)"
        + "&allowed_updates=%5B%22message%22%5D"
      request = HTTPRequest(
        .get, try bot.address(of: "getUpdates?\(query)"), deadline: Self.deadline * 1_000,
        answerLimit: limit > 1 ? Self.answerLimit : Self.answerLimitAlone)
    } catch {
      return tell("the address of the bot cannot be used")
    }
    askedAt = loop.uptime
    ticket = http.send(request) { [weak self] result in self?.take(result) }
  }

  private func take(_ result: Result<HTTPResponse, TransportError>) {
    guard !isStopped else { return }
    ticket = nil
    switch result {
    case .failure(let error):
      tell("\(error)")
      if case .answerTooLarge = error { limit = 1 }
      askLater(nil)
    case .success(let response) where response.status == 200:
      do throws(JSONProblem) {
        let updates = try Self.read(response.body)
        failures = 0
        problem = nil
        limit = min(Self.batch, limit * 2)
        take(updates, by: clock(of: response))
        // Each answer waits at the server; the loop is never kept busy by it.
        loop.post { [weak self] in self?.ask() }
      } catch {
        passOver(response.body)
        askLater(nil)
      }
    case .success(let response):
      let answer = TelegramAnswer(response.body)
      tell("status \(response.status): \(PlainText.clean(answer.description ?? "no reason"))")
      // A wrong token stays wrong; what is no answer of Telegram says nothing about it.
      guard !answer.refusesToken(response.status) else { return }
      askLater(answer.retryAfter.map { min($0, 3_600) * 1_000 })
    }
  }

  /// The moment of an answer by the clock of Telegram, in seconds since 1970: a clock that is wrong
  /// here must not make every command an old one. One that lay here longer than any may take, as
  /// on a machine that slept, is older than it says.
  private func clock(of response: HTTPResponse) -> Int64 {
    let here = Timestamp(milliseconds: loop.now.milliseconds)
    let stated = response.header("date").flatMap { HTTPDate.timestamp($0) } ?? here
    let waited = loop.uptime.microseconds(since: askedAt) / 1_000_000
    return stated.milliseconds / 1_000 + max(0, waited - Self.deadline)
  }

  private func take(_ updates: [Update], by now: Int64) {
    // Both clocks show whole seconds: a second more is no old command.
    let running = loop.uptime.microseconds(since: startedAt) / 1_000_000 + 1
    let oldest = now - min(Self.longestAge, running)
    var late: [Int64: TelegramMessage] = [:]
    for update in updates {
      offset = max(offset, update.number + 1)
      guard let message = update.message else { continue }
      let isAlone = message.chat == message.user
      guard users.contains(message.user), isAlone || message.chat == chat else {
        onStranger?(message.user)
        continue
      }
      if message.date >= oldest {
        onMessage?(message)
      } else if isAlone || BotCommand(message.text) != nil {
        late[message.chat] = message
      }
    }
    for message in late.values.sorted(by: { $0.update < $1.update }) { onLate?(message) }
  }

  /// Deals with an answer that cannot be read: asks for one message alone, and goes on behind that
  /// one when it cannot be read either. Without its number nothing is passed over: what came is no
  /// message then, and the next one may be a command.
  private func passOver(_ body: [UInt8]) {
    guard limit == 1, let number = Self.firstNumber(body), number >= offset else {
      limit = 1
      return tell("an answer of Telegram cannot be read")
    }
    offset = number + 1
    tell("message \(number) of Telegram cannot be read and was passed over")
  }

  private func askLater(_ milliseconds: Int64?) {
    failures = min(failures + 1, 8)
    let wait = max(milliseconds ?? 0, 1_000 << Int64(failures - 1))
    loop.schedule(after: min(wait, 3_600_000)) { [weak self] in self?.ask() }
  }

  private func tell(_ text: String) {
    guard problem != text else { return }
    problem = text
    onProblem?(text)
  }

  /// One update; nil where it is not a message with a text.
  struct Update {
    let number: Int64
    let message: TelegramMessage?
  }

  /// Reads the updates of an answer.
  nonisolated static func read(_ body: [UInt8]) throws(JSONProblem) -> [Update] {
    try JSONScanner.read(body) { (scanner) throws(JSONProblem) in
      var updates: [Update] = []
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        guard key == "result" else {
          try scanner.skip()
          continue
        }
        try scanner.beginArray()
        while try scanner.nextElement() { updates.append(try update(&scanner)) }
      }
      try scanner.finish()
      return updates
    }
  }

  /// Returns the number of the first update of an answer that cannot be read; nil without one. The
  /// key cannot stand in a text, whose quotation marks are escaped.
  nonisolated static func firstNumber(_ body: [UInt8]) -> Int64? {
    guard let key = body.firstRange(of: Array("\"update_id\":".utf8)) else { return nil }
    let digits = body[key.upperBound...].drop { $0 == UInt8(ascii: " ") }
      .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return Int64(String(decoding: digits, as: UTF8.self)).flatMap { $0 < .max ? $0 : nil }
  }

  nonisolated private static func update(
    _ scanner: inout JSONScanner
  ) throws(JSONProblem) -> Update {
    var number: Int64 = 0
    var (user, chat, date): (Int64?, Int64?, Int64?) = (nil, nil, nil)
    var text: String?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "update_id": number = try scanner.integer()
      case "message":
        try scanner.beginObject()
        while let inner = try scanner.nextKey() {
          switch inner {
          case "from": user = try id(&scanner)
          case "chat": chat = try id(&scanner)
          case "date": date = try scanner.integer()
          case "text": text = try scanner.text()
          default: try scanner.skip()
          }
        }
      default: try scanner.skip()
      }
    }
    guard let user, let chat, let date, let text else {
      return Update(number: number, message: nil)
    }
    return Update(
      number: number,
      message: TelegramMessage(update: number, user: user, chat: chat, text: text, date: date))
  }

  /// Reads the number of a user or a chat.
  nonisolated private static func id(_ scanner: inout JSONScanner) throws(JSONProblem) -> Int64? {
    var number: Int64?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      if key == "id" { number = try scanner.integer() } else { try scanner.skip() }
    }
    return number
  }
}
