import BloFin
import CandleCache
import EventLoop
import Settings
import Simulation
import Transport
import Units

/// A session on paper at a live market: the exchange's public streams, an account in this program.
enum LivePaper {
  /// How long the exchange may take to be reached at the start, in milliseconds.
  private static let patience = 5_000

  /// Opens the session and serves it until the user quits.
  @MainActor static func run(
    _ deposit: Money, server: String?, latency: LatencyModel, _ options: SessionOptions
  ) throws {
    let loop = DispatchLoop()
    let plan = SessionPlan(
      try options.launch(.paper, market: .live), startedAt: loop.now)
    let seed = UInt64(bitPattern: plan.startedAt.milliseconds)
    let market: BloFinExchange
    let host: WebAddress
    do throws(BloFinProblem) {
      // Without credentials: nothing can be signed, so nothing but public data can be asked for.
      let hosts =
        if let server { try BloFinHosts(.live, loopback: server) } else { BloFinHosts(.live) }
      host = hosts.rest
      market = try BloFinExchange(
        network: CurlMulti(loop: loop), loop: loop, hosts: hosts, credentials: nil, seed: seed)
    } catch {
      throw ProgramFailure("--server: \(error)")
    }
    if let problem = Reachability.problem(of: host, within: patience) {
      throw ProgramFailure(
        "The live market cannot be reached: \(problem). "
          + "Without a network, trade the built-in market: perpdeck paper")
    }
    let settings = plan.launch.settings
    let past = PastOfExchange(market, .live, plan.launch.places, server: server, loop: loop)
    let exchange = PaperExchange(
      market: past.exchange, instruments: settings.pairs.list.map(\.instrument), deposit: deposit,
      bookAgeMaximum: settings.risk.marketAgeMaximum, latency: latency, loop: loop)
    let session = try TradingSession(
      plan, loop: loop, time: loop, exchange: exchange, listed: nil, seed: seed, isFresh: true,
      isPlain: options.needsNoTerminal)
    past.tell(to: session)
    try session.run(
      options, marketSource: "live market, paper money" + (server.map { ", \($0)" } ?? ""))
  }
}
