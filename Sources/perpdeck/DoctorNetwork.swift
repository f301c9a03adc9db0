import BloFin
import EventLoop
import Exchanges
import Settings
import Trading
import Transport
import Units

/// What the doctor asks of the exchange: names, encryption, the clock, the key.
@MainActor
final class DoctorNetwork {
  private let loop: DispatchLoop
  private let network: CurlMulti
  private let hosts: BloFinHosts
  private let launch: Launch?
  private var exchange: BloFinExchange?
  private var findings: [DoctorFinding] = []
  private var awaited: Set<String> = []
  private var done: (@MainActor ([DoctorFinding]) -> Void)?

  /// How long all of it may take, in milliseconds: the doctor answers within three seconds.
  private static let patience: Int64 = 2_000
  /// How long a name and a connection may take.
  private static let reachPatience = 800

  init(_ loop: DispatchLoop, hosts: BloFinHosts, launch: Launch?) {
    self.loop = loop
    self.hosts = hosts
    self.launch = launch
    network = CurlMulti(loop: loop)
  }

  /// Asks; `done` is called once, within the patience.
  func start(_ done: @escaping @MainActor ([DoctorFinding]) -> Void) {
    self.done = done
    let host = hosts.rest.host
    if let problem = Reachability.problem(of: hosts.rest, within: Self.reachPatience) {
      findings.append(
        .bad(
          "network", problem,
          next: "look at the network; the built-in market needs none: perpdeck paper"))
      finish()
      return
    }
    findings.append(.good("network", "\(host) has an address and takes connections"))
    loop.schedule(after: Self.patience) { [weak self] in self?.giveUp() }
    askForTime()
    askAboutKey()
  }

  private func askForTime() {
    awaited.insert("exchange")
    let address: WebAddress
    do throws(TransportError) {
      address = try WebAddress(
        "\(hosts.rest.scheme.rawValue)://\(hosts.rest.authority)"
          + "/api/v1/market/mark-price?instId=BTC-USDT")
    } catch {
      settle("exchange", .bad("exchange", "\(error)", next: "look at the address"))
      return
    }
    let sentAt = loop.now
    network.send(HTTPRequest(.get, address, deadline: Self.patience)) { [weak self] result in
      guard let self else { return }
      switch result {
      case .failure(let error):
        settle("exchange", .bad("exchange", "\(error)", next: "perpdeck doctor again later"))
      case .success(let response) where response.status != 200:
        settle(
          "exchange",
          .bad(
            "exchange", "it answers with status \(response.status)",
            next: "403 is a region or an address that it refuses; else try again later"))
      case .success(let response):
        let scheme = hosts.rest.scheme.isEncrypted ? "TLS is good" : "no TLS on this machine"
        settle("exchange", .good("exchange", "\(hosts.rest.host) answers, \(scheme)"))
        compareClocks(response, sentAt)
      }
    }
  }

  private func compareClocks(_ response: HTTPResponse, _ sentAt: WallTime) {
    guard let text = response.header("Date"), let theirs = HTTPDate.timestamp(text) else {
      findings.append(.skipped("clock offset", "the exchange states no time"))
      return
    }
    // Their time is cut to a second and lies between our two.
    let late = sentAt.milliseconds - (theirs.milliseconds + 999)
    let early = theirs.milliseconds - loop.now.milliseconds
    let offset = max(late, early, 0)
    let limit = launch?.settings.risk.clockOffsetMaximum.milliseconds ?? 2_000
    if offset > limit {
      findings.append(
        .bad(
          "clock offset", "\(offset) ms from the exchange's; the limit is \(limit) ms",
          next: "set the clock and keep it: systemd-timesyncd or chrony"))
    } else if offset > 1_000 {
      findings.append(
        .warning("clock offset", "\(offset) ms from the exchange's", next: "keep the clock"))
    } else {
      findings.append(.good("clock offset", "less than a second from the exchange's"))
    }
  }

  private func askAboutKey() {
    guard let launch, let found = launch.credentials,
      let side = BloFinHosts.Environment(launch.environment)
    else {
      findings.append(.skipped("key", "paper needs none; --mode demo or live looks at one"))
      return
    }
    do throws(BloFinProblem) {
      exchange = try BloFinExchange(
        network: network, loop: loop, hosts: hosts,
        credentials: try BloFinCredentials(
          environment: side, key: found.key, secret: found.secret, passphrase: found.passphrase),
        seed: UInt64(bitPattern: loop.now.milliseconds))
    } catch {
      findings.append(.bad("key", "\(error)", next: "look at the variables of the key"))
      return
    }
    awaited.insert("key")
    exchange?.readKey { [weak self] in self?.keyCame($0) }
    awaited.insert("position mode")
    exchange?.readPositionMode { [weak self] result in
      switch result {
      case .success(let mode):
        self?.settle(
          "position mode",
          mode == .oneWay
            ? .good("position mode", "one-way")
            : .warning(
              "position mode", "hedge: both sides of an instrument can be held",
              next: "one-way is the default of this program; set it at the exchange"))
      case .failure(let failure):
        self?.settle(
          "position mode", .bad("position mode", "\(failure)", next: "see the check of the key"))
      }
    }
  }

  private func keyCame(_ result: Result<KeyFacts, BloFinExchange.ReadFailure>) {
    guard case .success(let facts) = result else {
      if case .failure(let failure) = result {
        settle(
          "key",
          .bad(
            "key", "\(failure)",
            next: "a demo key does not exist in live and a live key not in demo; see README, Keys"))
      }
      return
    }
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    let finding: DoctorFinding =
      switch KeyConcern(facts, at: now) {
      case nil:
        .good("key", "it may trade, bound to \(facts.addresses.prefix(3).joined(separator: ", "))")
      case let concern? where concern.stopsOrders:
        .bad("key", concern.reason, next: concern.next)
      case let concern?: .warning("key", concern.reason, next: concern.next)
      }
    settle("key", finding)
    findings.append(
      .skipped("withdraw right", "no call tells it: look at the key's page at the exchange"))
  }

  private func settle(_ name: String, _ finding: DoctorFinding) {
    guard awaited.remove(name) != nil else { return }
    findings.append(finding)
    // A moment later, for what belongs to the same answer.
    loop.post { [weak self] in
      guard let self, awaited.isEmpty else { return }
      finish()
    }
  }

  private func giveUp() {
    for name in awaited.sorted() {
      findings.append(
        .bad(name, "no answer within \(Self.patience / 1_000) s", next: "try again later"))
    }
    awaited = []
    finish()
  }

  private func finish() {
    guard let done else { return }
    self.done = nil
    done(findings)
  }
}
