import Simulation
import Trading
import Units

/// Money between wallets, the currencies and the key. Source: BloFin reference 3.6.
enum AssetCalls {
  @Sendable static func balances(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let wallet = try call.parameters.requiredWord("accountType", Wallet.init(word:))
    let currency = try call.parameters.text("currency")
    let account = exchange.accounts[call.account]
    let balance = exchange.venue.walletBalance(wallet, of: account)
    let available = exchange.venue.walletAvailable(wallet, of: account)
    writer.array { writer in
      guard currency == nil || currency == "USDT", !balance.isZero else { return }
      writer.object { writer in
        writer.member("currency", "USDT")
        writer.member("balance", balance, .padded)
        writer.member("available", available, .padded)
        writer.member("frozen", balance - available, .padded)
        writer.member("bonus", Money.zero, .padded)
      }
    }
    return .success
  }

  @Sendable static func transfer(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    guard try body.required("currency") == "USDT" else { throw .wrong("currency") }
    let amount: Money = try body.positive("amount")
    let from = try body.requiredWord("fromAccount", Wallet.init(word:))
    let to = try body.requiredWord("toAccount", Wallet.init(word:))
    let client = try body.clientID("clientId")?.text
    guard from != to else { throw .wrong("toAccount") }
    guard try body.text("subAccount") == nil else { throw .wrong("subAccount") }
    let account = exchange.accounts[call.account]
    let done = try exchange.asking { (venue, now) throws(VenueRefusal) in
      try venue.transfer(amount, from: from, to: to, clientID: client, of: account, at: now)
    }
    writer.object { writer in
      writer.member("transferId", String(done.number))
      writer.member("clientTransferId", client, else: .empty)
    }
    return .success
  }

  @Sendable static func bills(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let page = try Page(call.parameters, default: 100)
    let currency = try call.parameters.text("currency")
    let from = try call.parameters.text("fromAccount")
    let to = try call.parameters.text("toAccount")
    let transfers = exchange.venue.transfers(of: exchange.accounts[call.account], limit: .max)
      .filter { transfer in
        (currency == nil || currency == "USDT") && page.holds(transfer.time)
          && (from == nil || transfer.from.word == from)
          && (to == nil || transfer.to.word == to)
      }
    writer.array(of: transfers.prefix(page.limit)) { $1.writeRow(to: &$0) }
    return .success
  }

  @Sendable static func depositHistory(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let page = try Page(call.parameters)
    let currency = try call.parameters.text("currency")
    let deposits = exchange.venue.ledger(
      of: exchange.accounts[call.account], kind: .deposit, HistoryPage(limit: .max)
    ).filter { (currency == nil || currency == "USDT") && page.holds($0.time) }
    writer.array(of: deposits.prefix(page.limit)) { $1.writeDepositRow(to: &$0) }
    return .success
  }

  @Sendable static func withdrawalHistory(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    _ = try Page(call.parameters)
    // Nothing can be withdrawn from a simulated exchange.
    writer.array { _ in }
    return .success
  }

  @Sendable static func currencies(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    writer.array(of: CurrencyChain.all) { $1.writeRow(to: &$0) }
    return .success
  }

  /// The most USDT of one request. Source: BloFin reference 3.6, demo-apply-money.
  static let largestDemoAmount: Money = 5_000_000

  @Sendable static func demoMoney(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    guard try body.required("accountType") == "futures" else { throw .wrong("accountType") }
    let isReduction: Bool
    switch try body.required("adjustType") {
    case "0": isReduction = false
    case "1": isReduction = true
    default: throw .wrong("adjustType")
    }
    guard let elements = try body.elements("demoApplyMoney"), elements.count == 1,
      case .object(let members) = elements[0]
    else { throw .wrong("demoApplyMoney") }
    let row = Parameters(members)
    guard try row.required("currency") == "USDT" else { throw .wrong("currency") }
    let amount: Money = try row.positive("amountStr")
    guard amount <= largestDemoAmount else { throw .wrong("amountStr") }
    let account = exchange.accounts[call.account]
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      try venue.adjust(.futures, by: isReduction ? -amount : amount, of: account, at: now)
    }
    writer.object { _ in }
    return .success
  }

  @Sendable static func apiKey(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let account = exchange.configuration.accounts[call.account]
    writer.object { writer in
      writer.member("uid", account.userID)
      writer.member("apiName", "simulated")
      writer.member("apiKey", account.apiKey)
      writer.member("readOnly", number: account.permissions.contains(.trade) ? 0 : 1)
      writer.name("ips")
      writer.array(of: account.boundAddresses) { $0.string($1) }
      writer.member("type", number: account.keyType)
      writer.member("expireTime", account.expiresAt ?? exchange.startedAt + .days(90))
      writer.member("createTime", exchange.startedAt)
      writer.member("referralCode", "")
      writer.member("parentUid", "0")
    }
    return .success
  }
}

extension ServedAccount {
  /// 1 is a "Transaction" key, 2 a third-party one.
  fileprivate var keyType: Int {
    switch broker {
    case .anything, .none: 1
    case .required: 2
    }
  }
}

/// A currency on a chain, with the fees and limits that the list of currencies shows.
struct CurrencyChain {
  let currency: String
  let chain: String
  let withdrawFee: Money
  let precision: Int

  /// The currencies of the simulated exchange; only USDT is held.
  static let all = [
    CurrencyChain(currency: "USDT", chain: "Tron (TRC20)", withdrawFee: 1, precision: 6),
    CurrencyChain(currency: "USDT", chain: "Ethereum (ERC20)", withdrawFee: 4, precision: 6),
    CurrencyChain(currency: "BTC", chain: "Bitcoin", withdrawFee: "0.0001", precision: 8),
    CurrencyChain(currency: "ETH", chain: "Ethereum (ERC20)", withdrawFee: "0.001", precision: 8),
  ]

  /// Writes the row of `asset/currencies`.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("currency", currency)
      writer.member("chain", chain)
      writer.member("depositMinAmount", "0.01")
      writer.member("depositUnsafeConfirmation", number: 20)
      writer.member("depositConfirmation", number: 20)
      writer.member("withdrawMinAmount", "5")
      writer.member("withdrawFee", withdrawFee)
      writer.member("withdrawPrecision", number: precision)
      writer.member("supportMemo", number: 0)
      writer.member("isDepositAvailable", number: 0)
      writer.member("isWithdrawAvailable", number: 0)
      writer.member("recoveryEtaDeposit", number: 0)
      writer.member("recoveryEtaWithdraw", number: 0)
      writer.member("logo", "")
    }
  }
}
