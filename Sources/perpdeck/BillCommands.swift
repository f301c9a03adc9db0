import ArgumentParser
import BloFin
import Glibc
import JSONText
import Settings
import Trading
import Units

/// What every question about an account's past takes.
struct HistoryOptions: ParsableArguments {
  @Option(help: "Whose account at the exchange: demo or live.")
  var mode: String?

  @Option(help: "The account of the settings.")
  var account: String?

  @Option(help: "An exchange on this machine instead of BloFin's own; its keys are demo keys.")
  var server: String?

  @OptionGroup var files: SettingsFiles

  @Option(help: "How many days up to now.")
  var days = 1

  @Option(help: "At most so many, the newest.")
  var limit = 1_000

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func validate() throws {
    guard (1...365).contains(days) else {
      throw ValidationError("--days \(days): allowed is 1 to 365")
    }
    guard (1...100_000).contains(limit) else {
      throw ValidationError("--limit \(limit): allowed is 1 to 100000")
    }
    _ = try place()
  }

  /// The account that is asked.
  func place() throws -> ExchangeAccount {
    ExchangeAccount(
      environment: try ExchangeAccount.environment(mode, server: server), account: account,
      config: files.config, envFile: files.envFile, server: server)
  }

  /// The moment from which on.
  var start: Timestamp { Timestamp(milliseconds: Int64(time(nil)) * 1_000) - .days(Int64(days)) }
}

/// Lists what was traded.
struct FillsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fills", abstract: "Show what was traded, as the exchange has it, oldest first.",
    discussion: """
      Asks the exchange; no running program is needed. The fills that the journal keeps, also \
      those of paper, are in perpdeck journal export --what fills.

      EXAMPLES
        perpdeck fills --mode demo
        perpdeck fills --mode live --days 7 --json
        perpdeck fills --server http://127.0.0.1:8700      perpdeck serve-exchange
      """)

  @OptionGroup var options: HistoryOptions

  func run() throws {
    let place = try options.place()
    let start = options.start
    try MainActor.assumeIsolated {
      try place.ask({ $0.readFills(since: start, $1) }) { launch, fills in
        tell(Array(fills.suffix(options.limit)), launch)
      }
    }
  }

  private func tell(_ fills: [Fill], _ launch: Launch) {
    guard !options.json else {
      JSONOutput.object { writer in
        AccountReport.begin("fills", launch, &writer)
        FillRows.write(fills, to: &writer)
      }
      return
    }
    StandardOutput.write(FillRows.table(fills))
  }
}

/// Lists money that moved.
struct BillsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bills", abstract: "Show money that moved: profit, fees, funding, transfers.",
    discussion: """
      Asks the exchange; no running program is needed. Amounts are in USDT and below zero when \
      they left the account. BloFin keeps funding for seven days.

      EXAMPLES
        perpdeck bills --mode demo
        perpdeck bills --mode live --days 7 --json
        perpdeck bills --server http://127.0.0.1:8700      perpdeck serve-exchange
      """)

  @OptionGroup var options: HistoryOptions

  func run() throws {
    let place = try options.place()
    let start = options.start
    try MainActor.assumeIsolated {
      try place.ask({ $0.readBills(since: start, $1) }) { launch, bills in
        tell(Array(bills.suffix(options.limit)), launch)
      }
    }
  }

  private func tell(_ bills: [Bill], _ launch: Launch) {
    let sum: Money = bills.reduce(0) { $0 + $1.amount }
    guard !options.json else {
      JSONOutput.object { writer in
        AccountReport.begin("bills", launch, &writer)
        writer.member("sum", quoted: sum)
        CSV.write(
          "bills", ["time", "kind", "instrument", "amount", "id"],
          bills.map { bill in
            [
              .text(bill.time.isoText), .text(bill.kind.rawValue), .text(bill.instrument?.text),
              .number(bill.amount.value), .text(bill.id),
            ]
          }, to: &writer)
      }
      return
    }
    guard !bills.isEmpty else {
      StandardOutput.write("No money has moved.")
      return
    }
    var table = TextTable([
      ("time (UTC)", .left), ("kind", .left), ("instrument", .left), ("amount USDT", .right),
      ("id", .left),
    ])
    for bill in bills {
      table.add([
        "\(bill.time.dateText) \(bill.time.timeText)", bill.kind.rawValue,
        bill.instrument?.text ?? "-", "\(bill.amount)", bill.id,
      ])
    }
    table.add(["sum", "", "", "\(sum)", ""])
    StandardOutput.write(table.text)
  }
}
