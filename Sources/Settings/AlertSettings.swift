import Alerts
import Secrets
import Trading
import Units

/// The price that an instrument stands for when a rule names it alone.
public enum AlertPriceSetting: Sendable, Hashable {
  /// The last traded price.
  case last
  /// The mark price.
  case mark
  /// The close of the newest closed candle of a time frame: no wick fires.
  case close(TimeFrame)
}

/// What a channel does with alerts of one severity.
public enum AlertVolumeSetting: String, Sendable, Hashable, CaseIterable {
  case on
  case silent
  case off
}

/// What a channel does with alerts about something, whatever their severity.
public struct AlertTopicVolume: Sendable, Hashable {
  /// What they are about.
  public let topic: AlertTopic
  /// What the channel does with them.
  public let volume: AlertVolumeSetting

  /// States it.
  public init(_ topic: AlertTopic, _ volume: AlertVolumeSetting) {
    self.topic = topic
    self.volume = volume
  }
}

/// What a channel does with alerts, by severity and by what they are about.
public struct AlertVolumes: Sendable, Hashable {
  /// With those that are good to know.
  public var info: AlertVolumeSetting
  /// With those to look at soon.
  public var warning: AlertVolumeSetting
  /// With those to look at now.
  public var critical: AlertVolumeSetting
  /// With those about some things; what stands here is above the severity.
  public var topics: [AlertTopicVolume] = []

  /// Nothing goes out.
  public static let off = AlertVolumes(info: .off, warning: .off, critical: .off)
  /// What matters goes out.
  public static let loud = AlertVolumes(info: .off, warning: .on, critical: .on)

  mutating func read(_ map: SettingsMap) {
    map.value("info", .word, &info)
    map.value("warning", .word, &warning)
    map.value("critical", .word, &critical)
    guard let list = map.list("events", .topicVolume) else { return }
    topics = list
    for (place, one) in list.enumerated()
    where list[..<place].contains(where: { $0.topic == one.topic }) {
      map.conflict(at: "events", "\(one.topic.rawValue) stands twice in events")
    }
  }

  /// Whether anything goes out.
  public var isOn: Bool {
    ([info, warning, critical] + topics.map(\.volume)).contains { $0 != .off }
  }
}

/// The alerts that are always set, what they have when they do not say, and the channels.
public struct AlertSettings: Sendable, Hashable {
  /// How the connection to a mail server is made secure.
  public enum MailSecurity: String, Sendable, Hashable, CaseIterable {
    case tls
    case starttls
    case none
  }

  /// The rules, in their own words.
  public var rules = Self.usualRules
  /// The price that an instrument alone stands for.
  public var price = AlertPriceSetting.last
  /// How much an alert matters that does not say.
  public var severity = AlertSeverity.warning
  /// How far a condition must be left before its alert can fire again.
  public var rearm: Rate = "0.001"
  /// The least time between two firings of a rule.
  public var cooldown = TimeSpan.minutes(1)
  /// How long an instrument may be silent before its next tick counts as the first after a gap.
  public var silence = TimeSpan.seconds(30)
  /// How often a critical alert repeats until somebody acknowledges it.
  public var repeatInterval = TimeSpan.seconds(30)
  /// How long an alert that is not critical waits for others to go with it.
  public var batchDelay = TimeSpan.seconds(3)
  /// When only critical alerts go out, in UTC; nil for never.
  public var quietFrom: TimeOfDay?
  /// When the quiet ends.
  public var quietTo: TimeOfDay?
  /// The bell of the terminal.
  public var bell = AlertVolumes(info: .off, warning: .off, critical: .on)
  /// A sound file that is played with the bell; nil for none.
  public var sound: String?
  /// Notifications of the desktop.
  public var desktop = AlertVolumes.off
  /// A bot of Telegram; the token is a secret.
  public var telegram = AlertVolumes.loud
  /// The chat of the bot: its number, or `@name`; nil for none.
  public var telegramChat: String?
  /// Whether the bot takes commands.
  public var telegramCommands = false
  /// The numbers of the people whose commands it takes.
  public var telegramUsers: [Int] = []
  /// A webhook of Discord; its address is a secret.
  public var discord = AlertVolumes.loud
  /// A webhook of the user's own; address and key are secrets.
  public var webhook = AlertVolumes(info: .on, warning: .on, critical: .on)
  /// Mail; the password is a secret.
  public var mail = AlertVolumes.loud
  /// The mail server, `host` or `host:port`; nil for none.
  public var mailServer: String?
  /// How the connection is made secure.
  public var mailSecurity = MailSecurity.tls
  /// The name at the mail server; nil for none.
  public var mailUser: String?
  /// The address of the sender.
  public var mailFrom: String?
  /// The addresses of those who get it.
  public var mailTo: [String] = []

  /// What never should be missed.
  public static let usualRules = [
    "on liquidation every cooldown 0s critical",
    "on stop every cooldown 0s info",
    "on target every cooldown 0s info",
    "on refused every cooldown 10s warning",
    "day_loss_used > 80% every rearm 5% cooldown 10m critical",
    "link_down every cooldown 1m warning",
    "on trouble every cooldown 0s critical",
  ]

  /// The settings when nothing is configured.
  public init() {}
}

extension AlertSettings {
  /// Reads the file; `pairs` are what rules can be about.
  mutating func read(_ map: SettingsMap, pairs: PairsSettings) {
    map.value("price", .alertPrice, &price)
    map.value("severity", .word, &severity)
    map.value("rearm", .percent(0...1, example: "0.001"), &rearm)
    map.value("cooldown", .span(.zero ... .hours(24), example: .minutes(1)), &cooldown)
    readRules(map, pairs)
    map.value("silence", .span(.seconds(1) ... .minutes(10), example: .seconds(30)), &silence)
    map.value(
      "repeat", .span(.seconds(5) ... .hours(1), example: .seconds(30)), &repeatInterval)
    map.value("batch", .span(.zero ... .minutes(5), example: .seconds(3)), &batchDelay)
    map.value("quietFrom", .orOff(.timeOfDay), &quietFrom)
    map.value("quietTo", .orOff(.timeOfDay), &quietTo)
    if (quietFrom == nil) != (quietTo == nil) {
      map.conflict(at: "quietFrom", "quietFrom and quietTo go together")
    }
    map.group("bell") {
      bell.read($0)
      $0.value("sound", .orOff(.alertText), &sound)
    }
    map.group("desktop") { desktop.read($0) }
    map.group("telegram") { readTelegram($0) }
    map.group("discord") { discord.read($0) }
    map.group("webhook") { webhook.read($0) }
    map.group("mail") { readMail($0) }
  }

  /// Reads the rules as the engine will: one that it could not look at keeps the program from
  /// starting, for a person relies on it.
  private mutating func readRules(_ map: SettingsMap, _ pairs: PairsSettings) {
    if case .close(let frame) = price, !pairs.timeFrames.contains(frame) {
      let kept = pairs.timeFrames.map(\.rawValue).joined(separator: ", ")
      map.conflict(
        at: "price", "price: candles of \(frame.rawValue) are not kept; pairs.yaml keeps \(kept)")
    }
    let vocabulary = AlertVocabulary(
      instruments: pairs.list.map(\.instrument), priceSource: priceSource,
      timeFrames: pairs.timeFrames, missing: AlertVocabulary.untold)
    guard let list = map.list("rules", .alertRule(vocabulary, defaults)) else { return }
    rules = list.map(\.text)
    for (place, rule) in list.enumerated() {
      let same = list[..<place].contains { $0.rule.definition == rule.rule.definition }
      if same { map.conflict(at: "rules", "the rule \(rule.rule.definition) stands twice") }
    }
  }

  /// The price of an instrument that a rule names alone.
  public var priceSource: AlertVocabulary.PriceSource {
    switch price {
    case .last: .last
    case .mark: .mark
    case .close(let frame): .close(frame)
    }
  }

  /// What a rule has when it does not say.
  public var defaults: AlertDefaults {
    AlertDefaults(
      severity: severity, repetition: .once, rearm: .percent(rearm.value.times(100)),
      cooldown: cooldown)
  }

  private mutating func readTelegram(_ map: SettingsMap) {
    telegram.read(map)
    map.value("chat", .orOff(.alertText), &telegramChat)
    map.value("commands", .flag, &telegramCommands)
    let people = map.list("users", .count(1...Int.max, example: 123_456_789))
    if let people { telegramUsers = people }
    if telegramCommands, telegramUsers.isEmpty {
      map.conflict(at: "commands", "commands are taken from nobody: name the users")
    }
  }

  private mutating func readMail(_ map: SettingsMap) {
    mail.read(map)
    map.value("server", .orOff(.alertText), &mailServer)
    map.value("security", .word, &mailSecurity)
    map.value("user", .orOff(.alertText), &mailUser)
    map.value("from", .orOff(.alertText), &mailFrom)
    if let list = map.list("to", .alertText) { mailTo = list }
    if mailServer != nil, mailFrom == nil || mailTo.isEmpty {
      map.conflict(at: "server", "mail needs from and to as well")
    }
  }
}

/// The secrets of the channels, from the environment or `.env` and from nowhere else.
public struct AlertSecrets: Sendable {
  /// `PERPDECK_TELEGRAM_TOKEN`: the token of the bot.
  public let telegramToken: Secret?
  /// `PERPDECK_DISCORD_WEBHOOK`: the address of the webhook.
  public let discordWebhook: Secret?
  /// `PERPDECK_WEBHOOK_URL`: the address of the user's own webhook.
  public let webhookAddress: Secret?
  /// `PERPDECK_WEBHOOK_KEY`: what it is signed with.
  public let webhookKey: Secret?
  /// `PERPDECK_SMTP_PASSWORD`: the password at the mail server.
  public let mailPassword: Secret?
  /// `PERPDECK_TELEGRAM_SERVER`: another address of the Bot API, as of a server of one's own.
  public let telegramServer: String?

  /// The names of the variables, which are no settings.
  static let names: Set<String> = [
    "PERPDECK_TELEGRAM_TOKEN", "PERPDECK_DISCORD_WEBHOOK", "PERPDECK_WEBHOOK_URL",
    "PERPDECK_WEBHOOK_KEY", "PERPDECK_SMTP_PASSWORD", "PERPDECK_TELEGRAM_SERVER",
  ]

  /// Whether a variable of these names is never to be shown; the address of a server may be.
  static func isSecret(_ name: String) -> Bool {
    names.contains(name) && name != "PERPDECK_TELEGRAM_SERVER"
  }

  /// Finds them among the variables.
  init(_ variables: Variables) {
    telegramToken = variables.secret("PERPDECK_TELEGRAM_TOKEN")
    discordWebhook = variables.secret("PERPDECK_DISCORD_WEBHOOK")
    webhookAddress = variables.secret("PERPDECK_WEBHOOK_URL")
    webhookKey = variables.secret("PERPDECK_WEBHOOK_KEY")
    mailPassword = variables.secret("PERPDECK_SMTP_PASSWORD")
    telegramServer = variables.text("PERPDECK_TELEGRAM_SERVER")
  }
}
