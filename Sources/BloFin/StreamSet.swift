import EventLoop
import Exchanges
import Trading
import Transport
import Units

/// All stream connections: the private one, and as many public ones as the topics need.
final class StreamSet {
  /// What the owner is told and asked.
  struct Owner {
    /// Something to deliver.
    let deliver: @MainActor (ExchangeEvent) -> Void
    /// The present moment by the exchange's clock.
    let exchangeNow: @MainActor () -> Timestamp
    /// The last moment that a message may state.
    let latestStamp: @MainActor () -> Timestamp
    /// The rules of the instruments may have changed.
    let doubtsRules: @MainActor () -> Void
  }

  private let network: CurlMulti
  private let loop: any Loop
  private let hosts: BloFinHosts
  private let signer: RequestSigner?
  private var owner: Owner?
  private var random: SeededRandom
  private var catalog = InstrumentCatalog()
  private var shards = TopicShards<BloFinTopic>(
    capacity: StreamRules.topicsPerConnection, maximumShards: StreamRules.publicConnections)
  private var gate = ConnectGate(interval: StreamRules.connectInterval)
  private var gateTimer: TimerToken?
  private var privateLink: StreamLink?
  private var publicLinks: [StreamLink] = []
  private var publicStates: [LinkState] = []
  private var publicState: LinkState?

  /// The private link's number at the gate; public ones count up from one.
  private static let privateNumber = 0

  /// Makes the owner of the connections; with a signer there will be a private one.
  init(
    network: CurlMulti, loop: any Loop, hosts: BloFinHosts, signer: RequestSigner?,
    random: SeededRandom
  ) {
    self.network = network
    self.loop = loop
    self.hosts = hosts
    self.signer = signer
    self.random = random
  }

  /// Begins to connect: the private stream first.
  func start(_ owner: Owner) {
    self.owner = owner
    if let signer {
      let link = makeLink(
        Self.privateNumber, address: hosts.privateStream, signer: signer,
        report: { [weak self] in self?.owner?.deliver(.link(.privateStream, $0)) })
      link.setTopics(BloFinTopic.privateTopics)
      privateLink = link
      link.start()
    }
    for link in publicLinks { link.start() }
  }

  /// Lets the private stream log in anew, with the key that the signer now has.
  func logInAnew() { privateLink?.beginAnew() }

  /// Closes everything.
  func stop() {
    owner = nil
    if let gateTimer { loop.cancel(gateTimer) }
    privateLink?.stop()
    for link in publicLinks { link.stop() }
    privateLink = nil
    publicLinks = []
  }

  /// Sets the rules of the instruments.
  func setCatalog(_ catalog: InstrumentCatalog) {
    self.catalog = catalog
    privateLink?.setCatalog(catalog)
    for link in publicLinks { link.setCatalog(catalog) }
  }

  /// Sets what the public streams deliver; returns the topics that found no place.
  func setPublicTopics(_ topics: [BloFinTopic]) -> [BloFinTopic] {
    let homeless = shards.setTopics(topics)
    while publicLinks.count < shards.shards.count { addPublicLink() }
    for (link, topics) in zip(publicLinks, shards.shards) { link.setTopics(topics) }
    tellPublicState()
    return homeless
  }

  private func addPublicLink() {
    let index = publicLinks.count
    publicStates.append(.down("not needed"))
    let link = makeLink(
      index + 1, address: hosts.publicStream, signer: nil,
      report: { [weak self] state in
        self?.publicStates[index] = state
        self?.tellPublicState()
      })
    publicLinks.append(link)
    if owner != nil { link.start() }
  }

  private func makeLink(
    _ number: Int, address: WebAddress, signer: RequestSigner?,
    report: @escaping @MainActor (LinkState) -> Void
  ) -> StreamLink {
    StreamLink(
      network: network, loop: loop, address: address, signer: signer, catalog: catalog,
      random: random.split(),
      owner: StreamLink.Owner(
        deliver: { [weak self] in self?.owner?.deliver($0) }, report: report,
        wantsConnection: { [weak self] in self?.wantsConnection(number, $0) },
        exchangeNow: { [weak self] in self?.exchangeNow ?? .earliestPlausible },
        latestStamp: { [weak self] in self?.owner?.latestStamp() ?? .latestPlausible },
        doubtsRules: { [weak self] in self?.owner?.doubtsRules() }))
  }

  /// Tells how the public connections that are needed stand together: as the worst of them.
  private func tellPublicState() {
    let needed = publicStates.indices.filter { !shards.shards[$0].isEmpty }
      .map { publicStates[$0] }
    let state = needed.max { Self.badness($0) < Self.badness($1) } ?? .down("not needed")
    guard state != publicState, !(publicState == nil && needed.isEmpty) else { return }
    publicState = state
    owner?.deliver(.link(.publicStream, state))
  }

  private static func badness(_ state: LinkState) -> Int {
    switch state {
    case .up: 0
    case .connecting: 1
    case .down: 2
    case .refused: 3
    }
  }
}

extension StreamSet {
  private var exchangeNow: Timestamp { owner?.exchangeNow() ?? now }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func wantsConnection(_ number: Int, _ isWanted: Bool) {
    guard owner != nil else { return }
    if isWanted {
      gate.request(number, priority: number == Self.privateNumber ? 0 : 1)
    } else {
      gate.withdraw(number)
    }
    // Deferred, so that links that ask in one turn are let in by importance, not by order.
    loop.post { [weak self] in self?.openGate() }
  }

  private func openGate() {
    guard owner != nil else { return }
    if let number = gate.admit(at: now) {
      if number == Self.privateNumber {
        privateLink?.admitted()
      } else {
        publicLinks[number - 1].admitted()
      }
    }
    if let gateTimer { loop.cancel(gateTimer) }
    gateTimer = gate.nextMoment(at: now).map { moment in
      loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
        self?.gateTimer = nil
        self?.openGate()
      }
    }
  }
}
