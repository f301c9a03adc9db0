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
/// than a minute ago, is passed over: an old command must not be carried out late.
public final class TelegramInbox {
  /// Called with each message of a listed user.
  public var onMessage: ((TelegramMessage) -> Void)?
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
  /// When reading began, in seconds since 1970.
  private var startedAt: Int64 = 0

  /// How long a question waits at the server, in seconds.
  private static let patience: Int64 = 50
  /// How old a message may be, in seconds.
  private static let longestAge: Int64 = 60
  /// The most messages of one answer.
  private static let batch = 20

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
    startedAt = loop.now.milliseconds / 1_000
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
        "offset=\(offset)&limit=\(Self.batch)&timeout=\(Self.patience)"
        + "&allowed_updates=%5B%22message%22%5D"
      request = HTTPRequest(
        .get, try bot.address(of: "getUpdates?\(query)"), deadline: (Self.patience + 10) * 1_000,
        answerLimit: 1 << 20)
    } catch {
      return tell("the address of the bot cannot be used")
    }
    ticket = http.send(request) { [weak self] result in self?.take(result) }
  }

  private func take(_ result: Result<HTTPResponse, TransportError>) {
    guard !isStopped else { return }
    ticket = nil
    switch result {
    case .failure(let error):
      tell("\(error)")
      askLater(nil)
    case .success(let response) where response.status == 200:
      do throws(JSONProblem) {
        let messages = try Self.read(response.body)
        failures = 0
        problem = nil
        for message in messages { take(message) }
        // Each answer waits at the server; the loop is never kept busy by it.
        loop.post { [weak self] in self?.ask() }
      } catch {
        tell("an answer of Telegram cannot be read")
        askLater(nil)
      }
    case .success(let response):
      let answer = TelegramAnswer(response.body)
      tell("status \(response.status): \(PlainText.clean(answer.description ?? "no reason"))")
      // A wrong token stays wrong.
      guard response.status != 401, response.status != 404 else { return }
      askLater(answer.retryAfter.map { min($0, 3_600) * 1_000 })
    }
  }

  private func take(_ update: Update) {
    offset = max(offset, update.number + 1)
    guard let message = update.message else { return }
    let isAlone = message.chat == message.user
    guard users.contains(message.user), isAlone || message.chat == chat else {
      onStranger?(message.user)
      return
    }
    let now = loop.now.milliseconds / 1_000
    guard now - message.date <= Self.longestAge, message.date >= startedAt else { return }
    onMessage?(message)
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
