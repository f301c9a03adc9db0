import AccountData
import Alerts
import Engine
import EventLoop
import JSONText
import Journal
import Notify
import Risk
import Runtime
import Settings
import Trading
import Transport
import Units

/// Carries out what listed users of Telegram ask for, and answers them.
///
/// Off unless it is configured. Every message that does something is in the journal with the number
/// of the user, and every command goes the way that a second terminal's go.
@MainActor
final class BotDesk {
  private let inbox: TelegramInbox
  private let channel: @MainActor (Int64) -> TelegramChannel
  private let runtime: BotRuntime
  private let store: JournalStore
  private let account: String
  private let loop: DispatchLoop
  private var desk = CommandDesk()
  /// How many of the newest orders of an instrument are looked at for their reasons.
  private nonisolated static let intentCount = 20
  /// Called with what should be known on the screen.
  var onProblem: ((String) -> Void)?

  /// Makes a desk that listens to nobody yet; nil where commands are off. Throws what keeps them
  /// from being read.
  init?(
    _ launch: Launch, runtime: BotRuntime, store: JournalStore, http: any HTTPClient,
    loop: DispatchLoop
  ) throws(ProgramFailure) {
    let settings = launch.settings.alerts
    guard settings.telegramCommands else { return nil }
    let bot = try AlertChannels.bot(launch.alertSecrets)
    inbox = TelegramInbox(
      bot, users: settings.telegramUsers, chat: settings.telegramChat, http: http, loop: loop)
    channel = { chat in TelegramChannel(bot, chat: "\(chat)", http: http) }
    self.runtime = runtime
    self.store = store
    self.loop = loop
    account = launch.account.name
    inbox.onMessage = { [weak self] message in self?.take(message) }
    inbox.onLate = { [weak self] message in self?.refuse(message) }
    inbox.onStranger = { [weak self] user in
      self?.note("telegram: passed over a message of user \(user), who is not listed")
    }
    inbox.onProblem = { [weak self] reason in self?.onProblem?("Commands of Telegram: \(reason)") }
  }

  /// Listens until ``stop()``.
  func start() { inbox.start() }

  /// Listens to nobody any more.
  func stop() { inbox.stop() }

  private func take(_ message: TelegramMessage) {
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    switch desk.take(message.text, from: message.user, code: Self.code(), at: now) {
    case .answer(let text):
      note("telegram: user \(message.user) was answered: \(Self.journaled(text))")
      answer(text, to: message)
    case .perform(let command):
      note("telegram: user \(message.user) asked for \(command.text)")
      perform(command, for: message)
    }
  }

  /// Says that a message came too late to be done.
  private func refuse(_ message: TelegramMessage) {
    note("telegram: a message of user \(message.user) was too old and was not done")
    let moment = Timestamp(milliseconds: max(0, message.date) * 1_000)
    let text = String(message.text.prefix(60))
    answer(
      "Not done, too old: \(text), written at \(moment.timeText) UTC. Send it again if it is still "
        + "meant.", to: message)
  }

  private func perform(_ command: BotCommand, for message: TelegramMessage) {
    let control = ControlDesk(runtime, account: account)
    func ask(_ verb: ControlVerb) {
      control.answer("text " + verb.line) { [weak self] in self?.answer($0, to: message) }
    }
    let report = ChatReport(runtime.snapshot())
    switch command {
    case .status: answer(report.status, to: message)
    case .positions: answer(report.positions, to: message)
    case .orders: answer(report.orders, to: message)
    case .halt: ask(.halt)
    case .resume: ask(.resume)
    case .flatten: ask(.flatten)
    case .close(let name):
      guard let instrument = instrument(name) else { return answer(Self.noName, to: message) }
      ask(.close(instrument))
    case .pause:
      runtime.command(.setState(.paused, reason: "paused by Telegram"), from: .control)
      let mode = runtime.snapshot().trading.mode
      answer(
        mode == .paused
          ? "paused: no new orders of strategies; protection goes on"
          : "not paused: the bot stays \(mode.rawValue)", to: message)
    case .risk: answer(report.risk, to: message)
    case .why(let name):
      guard let instrument = instrument(name) else { return answer(Self.noName, to: message) }
      why(instrument, for: message)
    case .profit(let span): profit(span, for: message)
    case .help: answer(BotCommand.overview, to: message)
    }
  }

  private static let noName = "no instrument has such a long name"

  private func instrument(_ name: String) -> InstrumentID? {
    runtime.snapshot().alerts.vocabulary.instrument(name) ?? InstrumentID(name)
  }

  /// Tells why something is or is not held; the reasons of orders are in the journal.
  private func why(_ instrument: InstrumentID, for message: TelegramMessage) {
    read(
      { (reading) throws(JournalProblem) in
        try reading.newestIntents(of: instrument, limit: Self.intentCount)
      },
      { [weak self] found in
        guard let self else { return }
        answer(
          ChatReport(runtime.snapshot()).why(instrument, intents: found), to: message)
      }, for: message)
  }

  /// Reads the closed positions of a span and adds them up.
  private func profit(_ span: BotCommand.Span, for message: TelegramMessage) {
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    let days: Int64 =
      switch span {
      case .day: 1
      case .week: 7
      case .month: 30
      }
    read(
      { (reading) throws(JournalProblem) in
        try reading.cycles(closedFrom: now - .days(days), before: now, limit: 10_000)
      },
      { [weak self] cycles in
        self?.answer(ChatReport.profit(of: span.rawValue, cycles), to: message)
      }, for: message)
  }

  /// Reads the journal beside the loop: trading does not wait for somebody who asks.
  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (JournalReading) throws(JournalProblem) -> Value,
    _ then: @escaping @MainActor (Value) -> Void, for message: TelegramMessage
  ) {
    let loop = loop
    store.read(body) { result in
      loop.postFromAnyThread { [weak self] in
        switch result {
        case .success(let value): then(value)
        case .failure: self?.answer("The journal cannot be read now.", to: message)
        }
      }
    }
  }

  private func answer(_ text: String, to message: TelegramMessage) {
    let origin = runtime.snapshot().modeWord
    let html = HTMLText.escaped("\(origin) \(account)\n\(String(text.prefix(3_000)))")
    channel(message.chat).answer(html: html) { [weak self] delivery in
      if case .closed(let reason) = delivery { self?.onProblem?("Commands of Telegram: \(reason)") }
    }
  }

  /// An answer as the journal keeps it: without the code, which is for one pair of eyes.
  private static func journaled(_ text: String) -> String {
    String(text.prefix { $0 != "\n" }.map { $0.isNumber ? "*" : $0 })
  }

  private func note(_ text: String) { runtime.command(.note(text, nil), from: .control) }

  /// Six digits that nobody can guess.
  private static func code() -> String {
    Cryptography.randomBytes(6).map { "\($0 % 10)" }.joined()
  }
}
