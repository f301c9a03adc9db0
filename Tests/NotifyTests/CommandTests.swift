import EventLoop
import Secrets
import Simulation
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
}
