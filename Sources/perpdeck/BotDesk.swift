import AccountData
import Alerts
import Engine
import EventLoop
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
  private let loop: any Loop
  private var desk = CommandDesk()
  /// Called with what should be known on the screen.
  var onProblem: ((String) -> Void)?

  /// Makes a desk that listens to nobody yet; nil where commands are off or there is no bot.
  init?(
    _ launch: Launch, runtime: BotRuntime, store: JournalStore, http: any HTTPClient, loop: any Loop
  ) {
    let settings = launch.settings.alerts
    guard settings.telegramCommands, let bot = AlertChannels.bot(launch.alertSecrets) else {
      return nil
    }
    inbox = TelegramInbox(
      bot, users: settings.telegramUsers, chat: settings.telegramChat, http: http, loop: loop)
    channel = { chat in TelegramChannel(bot, chat: "\(chat)", http: http) }
    self.runtime = runtime
    self.store = store
    self.loop = loop
    account = launch.account.name
    inbox.onMessage = { [weak self] message in self?.take(message) }
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
    case .answer(let text): answer(text, to: message)
    case .perform(let command):
      note("telegram: user \(message.user) asked for \(command.text)")
      perform(command, for: message)
    }
  }

  private func perform(_ command: BotCommand, for message: TelegramMessage) {
    let control = ControlDesk(runtime, account: account)
    func ask(_ verb: ControlVerb) { answer(control.answer("text " + verb.line), to: message) }
    switch command {
    case .status, .positions, .orders: ask(.status)
    case .halt: ask(.halt)
    case .resume: ask(.resume)
    case .flatten: ask(.flatten)
    case .close(let name): ask(.close(instrument(name)))
    case .pause:
      runtime.command(.setState(.paused, reason: "paused by Telegram"), from: .control)
      answer("state: \(runtime.snapshot().trading.mode.rawValue)", to: message)
    case .risk: answer(risk, to: message)
    case .why(let name): answer(why(instrument(name)), to: message)
    case .profit(let span): profit(span, for: message)
    case .help: answer(BotCommand.overview, to: message)
    }
  }

  private func instrument(_ name: String) -> InstrumentID {
    runtime.snapshot().alerts.vocabulary.instrument(name) ?? InstrumentID(name)
  }

  private var risk: String {
    let snapshot = runtime.snapshot()
    let known = { (amount: Money?) in amount.map { "\($0) USDT" } ?? "unknown" }
    return [
      "equity \(known(snapshot.equity)), today \(known(snapshot.dayProfit))",
      "unrealized \(snapshot.unrealizedPnL) USDT, margin used \(snapshot.account.usedMargin) USDT",
      "positions \(snapshot.positions.count) of \(snapshot.limits.openPositionsMaximum)",
      "peak equity \(known(snapshot.breakers.peakEquity))",
      "state \(snapshot.trading.mode.rawValue)",
    ].joined(separator: "\n")
  }

  private func why(_ instrument: InstrumentID) -> String {
    let snapshot = runtime.snapshot()
    var lines = [
      "ready: \(snapshot.readiness == .ready ? "yes" : snapshot.readiness.text)",
      "state: \(snapshot.trading.mode.rawValue) \(snapshot.trading.reason)",
    ]
    if let denial = snapshot.denials.last(where: { $0.intent.instrument == instrument }) {
      lines.append("last denial: \(denial.at.isoText) \(denial.text)")
    } else {
      lines.append("nothing was denied in \(instrument)")
    }
    return lines.joined(separator: "\n")
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
    do throws(JournalProblem) {
      let cycles = try store.read { (reading) throws(JournalProblem) in
        try reading.cycles(closedFrom: now - .days(days), before: now, limit: 10_000)
      }
      let net = cycles.reduce(Money.zero) { $0 + $1.netPnL }
      let wins = cycles.count { $0.netPnL.isPositive }
      answer(
        "\(span.rawValue): \(net) USDT net of \(cycles.count) closed positions, \(wins) won",
        to: message)
    } catch {
      answer("The journal cannot be read now.", to: message)
    }
  }

  private func answer(_ text: String, to message: TelegramMessage) {
    let origin = runtime.snapshot().modeWord
    let html = Escaping.html("\(origin) \(account)\n\(String(text.prefix(3_000)))")
    channel(message.chat).answer(html: html) { [weak self] delivery in
      if case .closed(let reason) = delivery { self?.onProblem?("Commands of Telegram: \(reason)") }
    }
  }

  private func note(_ text: String) { runtime.command(.note(text, nil), from: .control) }

  /// Six digits that nobody can guess.
  private static func code() -> String {
    Cryptography.randomBytes(6).map { "\($0 % 10)" }.joined()
  }
}
