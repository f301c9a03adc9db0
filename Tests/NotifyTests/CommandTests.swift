import EventLoop
import Secrets
import TestSupport
import Testing
import Trading
import Transport
import Units

@testable import Notify

/// Commands over Telegram: who may, what asks first, and what is passed over.
@MainActor @Suite struct CommandTests {
  static let now = Timestamp(year: 2026, month: 3, day: 4, hour: 12)

  @Test func `what stops risk is done at once, what trades asks for a code`() {
    var desk = CommandDesk()
    func take(_ text: String, _ user: Int64 = 1, code: String = "123456", after seconds: Int64 = 0)
      -> CommandDesk.Step
    {
      desk.take(text, from: user, code: code, at: Self.now + .seconds(seconds))
    }
    #expect(take("/halt") == .perform(.halt))
    #expect(take("/status@perpdeck_bot") == .perform(.status))
    let question = CommandDesk.Step.answer(
      "CLOSE BTC: answer 123456 within a minute, or anything else to leave it.")
    #expect(take("/close btc") == question)
    #expect(take("123456") == .perform(.close("BTC")))
    // Once only, for the one who asked only, for a minute only, and a wrong one forgets it.
    #expect(take("123456") == .answer("That is no command.\n" + BotCommand.overview))
    #expect(take("/flatten") != .perform(.flatten))
    #expect(take("123456", 2) == .answer("That is no command.\n" + BotCommand.overview))
    #expect(take("123456", after: 61) == .answer("The code is too old: ask again."))
    _ = take("/flatten")
    #expect(take("654321") == .answer("That is not the code: nothing was done."))
    #expect(take("123456") == .answer("That is no command.\n" + BotCommand.overview))
    _ = take("/flatten")
    #expect(take("/halt") == .perform(.halt))
    #expect(take("123456") == .answer("That is no command.\n" + BotCommand.overview))
  }

  @Test(arguments: [
    "close BTC", "/close", "/close BTC; rm", "/close BTC ETH", "/profit year", "/unknown", "", "/",
    "/flatten now", "/why <b>",
  ])
  func `what is no command does nothing`(_ text: String) { #expect(BotCommand(text) == nil) }

  func update(_ number: Int, user: Int64, chat: Int64, _ text: String, age: Int64 = 0) -> String {
    let date = Self.now.milliseconds / 1_000 - age
    return
      #"{"update_id":\#(number),"message":{"message_id":7,"from":{"id":\#(user),"is_bot":false},"#
      + #""chat":{"id":\#(chat),"type":"private"},"date":\#(date),"text":"\#(text)"}}"#
  }

  @Test func `nobody else is heard, nor what is old or was written before the start`() throws {
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: Self.now.milliseconds))
    let updates = [
      update(10, user: 5, chat: 5, "/status"), update(11, user: 6, chat: 6, "/flatten"),
      update(12, user: 5, chat: 99, "/halt"), update(13, user: 5, chat: -7, "/risk"),
      update(14, user: 5, chat: 5, "/close BTC", age: 120), #"{"update_id":15,"poll":{"id":"1"}}"#,
      update(16, user: 5, chat: 5, "/pause", age: 5),
    ]
    let network = ScriptedNetwork(
      [
        .status(409, #"{"ok":false,"description":"Conflict: terminated by other getUpdates"}"#),
        .status(200, "garbage"),
        .status(200, #"{"ok":true,"result":[\#(updates.joined(separator: ","))]}"#), .silence,
      ], loop: loop)
    let server = try WebAddress("http://127.0.0.1:9")
    let bot = try #require(TelegramBot(token: Secret(consuming: Array("1:a".utf8)), server: server))
    let inbox = TelegramInbox(bot, users: [5], chat: "-7", http: network, loop: loop)
    var heard: [String] = []
    var strangers: [Int64] = []
    var problems: [String] = []
    inbox.onMessage = { heard.append($0.text) }
    inbox.onStranger = { strangers.append($0) }
    inbox.onProblem = { problems.append($0) }
    inbox.start()
    loop.run(until: loop.now.advanced(byMilliseconds: 10_000))
    #expect(heard == ["/status", "/risk"])
    #expect(strangers == [6, 5])
    #expect(
      problems == [
        "status 409: Conflict: terminated by other getUpdates",
        "an answer of Telegram cannot be read",
      ])
    #expect(network.requests.last?.address.target.contains("offset=17&") == true)
  }

  private func updates(_ texts: String...) -> String {
    #"{"ok":true,"result":[\#(texts.joined(separator: ","))]}"#
  }

  /// What an inbox hears of user 5 from answers, with the clock here so many seconds ahead.
  private func listen(_ answers: [ScriptedNetwork.Answer], clockAhead: Int64 = 0) throws
    -> (heard: [String], late: [String], problems: [String], asked: [String])
  {
    let start = WallTime(milliseconds: Self.now.milliseconds + clockAhead * 1_000)
    let loop = VirtualLoop(startingAt: start)
    let network = ScriptedNetwork(answers + [.silence], loop: loop)
    let server = try WebAddress("http://127.0.0.1:9")
    let bot = try #require(TelegramBot(token: Secret(consuming: Array("1:a".utf8)), server: server))
    let inbox = TelegramInbox(bot, users: [5], chat: nil, http: network, loop: loop)
    var (heard, late, problems): ([String], [String], [String]) = ([], [], [])
    inbox.onMessage = { heard.append($0.text) }
    inbox.onLate = { late.append($0.text) }
    inbox.onProblem = { problems.append($0) }
    inbox.start()
    loop.run(until: loop.now.advanced(byMilliseconds: 10_000))
    let asked = network.requests.map { request in
      let query = request.address.target.drop { $0 != "?" }.dropFirst()
      return query.split(separator: "&").prefix(2).joined(separator: "&")
    }
    return (heard, late, problems, asked)
  }

  @Test func `P08 behind messages too long for one answer the next command is heard`() throws {
    let result = try listen([
      .failure(.answerTooLarge(host: "api.telegram.org", limit: 1 << 20)),
      .status(200, updates(update(10, user: 6, chat: 6, "flood"))),
      .status(
        200, updates(update(11, user: 6, chat: 6, "flood"), update(12, user: 5, chat: 5, "/halt"))),
    ])
    #expect(result.heard == ["/halt"])
    #expect(
      result.asked == [
        "offset=0&limit=20", "offset=0&limit=1", "offset=11&limit=2", "offset=13&limit=4",
      ])
  }

  @Test func `P08 a message that cannot be read is passed over, and no other one is`() throws {
    let bad =
      #"{"update_id":10,"message":{"message_id":7,"from":{"id":6},"chat":{"id":6},"#
      + #""date":"soon","text":"\"update_id\":99"}}"#
    let result = try listen([
      .status(200, updates(bad, update(11, user: 5, chat: 5, "/halt"))),
      .status(200, "<html>"),
      .status(200, updates(bad)),
      .status(200, updates(update(11, user: 5, chat: 5, "/halt"))),
    ])
    #expect(result.heard == ["/halt"])
    #expect(
      result.problems == [
        "an answer of Telegram cannot be read",
        "message 10 of Telegram cannot be read and was passed over",
      ])
  }

  @Test func `C01 the age of a command is told by the clock of Telegram, not by a wrong one here`()
    throws
  {
    let date = HTTPHeader("Date", "Wed, 04 Mar 2026 12:00:01 GMT")
    let answer = updates(
      update(10, user: 5, chat: 5, "/flatten", age: 200),
      update(11, user: 5, chat: 5, "/close BTC", age: 90),
      update(12, user: 6, chat: 6, "/close ETH", age: 90), update(13, user: 5, chat: 5, "/halt"))
    for ahead in [300, -300] as [Int64] {
      let result = try listen([.status(200, answer, [date])], clockAhead: ahead)
      #expect(result.heard == ["/halt"])
      #expect(result.late == ["/close BTC"], "the sender is told, once for each chat")
    }
  }

  @Test func `a page that is not Telegram's does not end listening`() throws {
    let result = try listen([
      .status(404, "<html>not found"), .status(401, ""),
      .status(200, updates(update(10, user: 5, chat: 5, "/halt"))),
    ])
    #expect(result.heard == ["/halt"])
  }
}
