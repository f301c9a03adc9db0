import ArgumentParser
import BloFin
import Glibc
import Runtime
import Settings
import Trading

/// What every question about an account as it is now takes.
struct AccountOptions: ParsableArguments {
  @OptionGroup var control: ControlOptions

  @Flag(help: "Ask the exchange itself, without a running program; say --mode demo or live.")
  var exchange = false

  @Option(help: "Ask an exchange on this machine itself, such as http://127.0.0.1:8700.")
  var server: String?

  @Option(help: "With --exchange: the folder of the YAML files.")
  var config: String?

  @Option(help: "With --exchange: the file with the keys.")
  var envFile: String?

  func validate() throws {
    if exchange || server != nil {
      _ = try ExchangeAccount.environment(control.mode, server: server)
    } else if config != nil || envFile != nil {
      throw ValidationError("--config and --env-file are for the exchange itself: add --exchange")
    }
  }

  /// Asks the running program or the exchange, and prints the answer.
  func say(_ part: StatusReport.Part) throws {
    guard exchange || server != nil else { return try control.say(.part(part)) }
    let place = ExchangeAccount(
      environment: try ExchangeAccount.environment(control.mode, server: server),
      account: control.account, config: config, envFile: envFile, server: server)
    try MainActor.assumeIsolated {
      try place.ask({ $0.readSnapshot($1) }) { launch, snapshot in
        AccountReport(snapshot, of: launch).tell(part, json: control.json)
      }
    }
  }
}

/// Shows the money of the account.
struct BalanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance", abstract: "Show equity and margin.",
    discussion: """
      Asks a running perpdeck, or with --exchange the exchange itself.

      EXAMPLES
        perpdeck balance
        perpdeck balance --exchange --mode demo --json
        perpdeck balance --server http://127.0.0.1:8700    perpdeck serve-exchange
      """)

  @OptionGroup var options: AccountOptions

  func run() throws { try options.say(.balance) }
}

/// Shows what is held.
struct PositionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "positions", abstract: "Show what is held, and what protects it.",
    discussion: """
      Asks a running perpdeck, or with --exchange the exchange itself.

      EXAMPLES
        perpdeck positions
        perpdeck positions --exchange --mode demo --json
        perpdeck positions --server http://127.0.0.1:8700  perpdeck serve-exchange
      """)

  @OptionGroup var options: AccountOptions

  func run() throws { try options.say(.positions) }
}

/// Shows what rests and what waits.
struct OrdersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders", abstract: "Show orders that rest, and what waits for a price.",
    discussion: """
      Asks a running perpdeck, or with --exchange the exchange itself.

      EXAMPLES
        perpdeck orders
        perpdeck orders --exchange --mode demo --json
        perpdeck orders --server http://127.0.0.1:8700     perpdeck serve-exchange
      """)

  @OptionGroup var options: AccountOptions

  func run() throws { try options.say(.orders) }
}

/// Places an order.
struct PlaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place", abstract: "Place an order through a running perpdeck.",
    discussion: """
      The words are those of the command line of the screen (: there, help lists them). The order \
      passes the same gate, its intent is written to the same journal before it is sent, and the \
      running program watches its protection. What it would be and cost is shown first and asked \
      for; --yes answers. --preview shows it and sends nothing.

      EXAMPLES
        perpdeck place buy btc 0.5% sl 1% tp 2r
        perpdeck place --preview sell eth 100$ @ 2500 post sl 1%
        perpdeck place --yes --json buy btc 0.5% sl 1%
      """)

  // A size below zero is a mistake in the order, which its own words explain, and no option.
  @Argument(parsing: .allUnrecognized, help: "The order, as in buy btc 0.5% sl 1% tp 2r.")
  var words: [String]

  @Flag(help: "Answer the question with yes.")
  var yes = false

  @Flag(help: "Show what it would be and cost; send nothing.")
  var preview = false

  @OptionGroup var options: ControlOptions

  func run() throws {
    let line = words.joined(separator: " ")
    guard let verb = words.first?.lowercased(), Self.verbs.contains(verb) else {
      throw ValidationError(
        "an order begins with one of \(Self.verbs.joined(separator: ", "))")
    }
    if !preview, !yes { try Consent.refuseJSON(options.json, "Nothing was sent") }
    if preview || !yes {
      try options.say(.preview(line))
      guard !preview else { return }
      try Consent.ask("Nothing was sent")
    }
    try options.say(.act(line))
  }

  private static let verbs = ["buy", "sell", "long", "short", "scale", "template"]
}

/// Cancels orders of one instrument.
struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel our orders of an instrument; protection stays.",
    discussion: """
      EXAMPLES
        perpdeck cancel btc
        perpdeck cancel-all          of every instrument
      """)

  @Argument(help: "The instrument, such as BTC or BTC-USDT.")
  var instrument: String

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.act("cancel \(instrument)")) }
}

/// Sets a leverage.
struct LeverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leverage", abstract: "Set the leverage of an instrument, read back.",
    discussion: """
      EXAMPLES
        perpdeck leverage btc 3x
      """)

  @Argument(help: "The instrument, such as BTC or BTC-USDT.")
  var instrument: String

  @Argument(help: "The leverage, such as 3x.")
  var leverage: String

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.act("lev \(instrument) \(leverage)")) }
}
