import Alerts
import Engine
import EventLoop
import Notify
import Settings
import Terminal
import Trading
import Transport
import Units

extension AlertPlan {
  /// What the engine is told of alerts.
  init(_ settings: AlertSettings) {
    self.init(
      rules: settings.rules, defaults: settings.defaults,
      priceSource: settings.priceSource, silence: settings.silence,
      repeatInterval: settings.repeatInterval)
  }
}

/// The channels that are configured, each with its policy.
@MainActor
struct AlertChannels {
  private(set) var list: [(channel: any AlertChannel, policy: ChannelPolicy)] = []
  /// What is configured and cannot work: the channel, and why in a sentence.
  private(set) var problems: [(name: String, sentence: String)] = []
  private let settings: AlertSettings

  /// Makes the channels that the settings and the secrets allow. `signal` writes to the terminal
  /// between two frames; nil where there is none.
  init(
    _ settings: AlertSettings, _ secrets: AlertSecrets, http: any HTTPClient, loop: any Loop,
    signal: (@MainActor (TerminalSignal) -> Void)?
  ) {
    self.settings = settings
    let now: @MainActor () -> Timestamp = { Timestamp(milliseconds: loop.now.milliseconds) }
    if settings.bell.isOn {
      add(BellChannel(sound: settings.sound, signal: signal), settings.bell, batch: false)
    }
    if settings.desktop.isOn { add(DesktopChannel(signal: signal), settings.desktop) }
    addTelegram(secrets, http)
    if settings.discord.isOn, let address = secrets.discordWebhook {
      add(DiscordChannel(address: address, http: http), settings.discord, spacing: .seconds(1))
    }
    if settings.webhook.isOn, let address = secrets.webhookAddress {
      if let key = secrets.webhookKey {
        add(
          WebhookChannel(address: address, key: key, http: http, now: now), settings.webhook,
          batch: false)
      } else {
        problems.append(
          ("webhook", "PERPDECK_WEBHOOK_KEY is missing: the webhook is not used."))
      }
    }
    addMail(secrets, now)
  }

  private mutating func addTelegram(_ secrets: AlertSecrets, _ http: any HTTPClient) {
    guard settings.telegram.isOn, let chat = settings.telegramChat else { return }
    do throws(ProgramFailure) {
      let bot = try Self.bot(secrets)
      add(TelegramChannel(bot, chat: chat, http: http), settings.telegram, spacing: .seconds(1))
    } catch {
      problems.append(("telegram", "\(error) Nothing is sent to Telegram."))
    }
  }

  /// Returns the bot of Telegram; throws what is wrong with which variable.
  static func bot(_ secrets: AlertSecrets) throws(ProgramFailure) -> TelegramBot {
    guard let token = secrets.telegramToken else {
      throw ProgramFailure("PERPDECK_TELEGRAM_TOKEN is missing.")
    }
    let server: WebAddress
    do throws(TransportError) {
      server = try WebAddress(secrets.telegramServer ?? "https://api.telegram.org")
    } catch {
      throw ProgramFailure("PERPDECK_TELEGRAM_SERVER: \(error)")
    }
    guard let bot = TelegramBot(token: token, server: server) else {
      throw ProgramFailure(
        "PERPDECK_TELEGRAM_TOKEN is no token of a bot, such as 123456789:AbC.")
    }
    return bot
  }

  private mutating func addMail(
    _ secrets: AlertSecrets, _ now: @escaping @MainActor () -> Timestamp
  ) {
    guard settings.mail.isOn, let server = settings.mailServer, let from = settings.mailFrom else {
      return
    }
    for address in [from] + settings.mailTo where !MailSender.isAddress(address) {
      problems.append(("mail", "\(address) is no mail address: no mail is sent."))
      return
    }
    let security: MailSender.Security =
      switch settings.mailSecurity {
      case .tls: .implicit
      case .starttls: .startTLS
      case .none: .none
      }
    guard
      let sender = MailSender(
        server: server, security: security, user: settings.mailUser,
        password: secrets.mailPassword)
    else {
      problems.append(("mail", "\(server) is no mail server, or not secure: no mail is sent."))
      return
    }
    add(MailChannel(sender, from: from, to: settings.mailTo, now: now), settings.mail)
  }

  private mutating func add(
    _ channel: any AlertChannel, _ volumes: AlertVolumes, spacing: TimeSpan = .zero,
    batch: Bool = true
  ) {
    let quiet = settings.quietFrom.flatMap { from in
      settings.quietTo.map { QuietHours(from: from.minutes % 1_440, to: $0.minutes % 1_440) }
    }
    list.append(
      (
        channel,
        ChannelPolicy(
          volume: [
            .info: Self.volume(volumes.info), .warning: Self.volume(volumes.warning),
            .critical: Self.volume(volumes.critical),
          ],
          topics: Dictionary(
            volumes.topics.map { ($0.topic, Self.volume($0.volume)) },
            uniquingKeysWith: { first, _ in first }),
          quietHours: quiet, batchDelay: batch ? settings.batchDelay : .zero, capacity: 100,
          spacing: spacing)
      ))
  }

  private static func volume(_ setting: AlertVolumeSetting) -> ChannelVolume {
    switch setting {
    case .on: .on
    case .silent: .silent
    case .off: .off
    }
  }
}

/// The alerts of a session on their way to people who do not look at the screen.
@MainActor
final class AlertHerald {
  private let dispatcher: AlertDispatcher
  /// The network of the channels, apart from the exchange's.
  let network: CurlMulti
  /// What is configured and cannot work, in sentences.
  let problems: [String]
  /// The channels that cannot work at all.
  private let unusable: [ChannelStatus]

  /// Makes the channels; `attract` reaches the terminal, nil where there is none.
  init(
    _ launch: Launch, word: String, loop: DispatchLoop,
    attract: (@MainActor (TerminalAttention) -> Void)?
  ) {
    network = CurlMulti(loop: loop)
    var signal: (@MainActor (TerminalSignal) -> Void)?
    if let attract {
      signal = { (wanted: TerminalSignal) in
        switch wanted {
        case .bell: attract(.bell)
        case .notification(let title, let body): attract(.notification(title: title, body: body))
        }
      }
    }
    let channels = AlertChannels(
      launch.settings.alerts, launch.alertSecrets, http: network, loop: loop, signal: signal)
    problems = channels.problems.map(\.sentence)
    unusable = channels.problems.map {
      ChannelStatus(
        name: $0.name, state: .closed(reason: $0.sentence), deliveredCount: 0, waitingCount: 0,
        droppedCount: 0, problem: $0.sentence)
    }
    dispatcher = AlertDispatcher(
      channels.list,
      origin: "\(word) \(launch.account.exchange) \(launch.account.name)", loop: loop)
  }

  /// Sends an alert through every channel that wants it.
  func tell(_ alert: AlertRecord, isRepeat: Bool) { dispatcher.tell(alert, isRepeat: isRepeat) }

  /// How each channel stands that is configured.
  var statuses: [ChannelStatus] { dispatcher.statuses + unusable }

  /// Calls when ``statuses`` may say something else than before.
  func onChange(_ action: @escaping @MainActor () -> Void) { dispatcher.onChange = action }

  /// Calls when a channel does not work.
  func onProblem(_ action: @escaping @MainActor (String) -> Void) {
    dispatcher.onProblem = { channel, reason in action("Alerts by \(channel): \(reason)") }
  }

  /// An alert was acknowledged: what still waits of it is not sent.
  func acknowledged(_ id: AlertID) { dispatcher.acknowledged(id) }

  /// Sends nothing any more.
  func stop() { dispatcher.stop() }
}
