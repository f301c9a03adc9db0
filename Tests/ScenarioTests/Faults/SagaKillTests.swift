import AccountData
import Engine
import Exchanges
import Foundation
import MarketData
import Risk
import Simulation
import Testing
import Trading
import Units

/// Actions of several steps, killed at every write and every request, started anew each time: each
/// resumes or is given up, opens nothing twice and leaves nothing naked.
///
/// `SAGA_KILLS=all` kills at every step, otherwise at a few of each action.
@MainActor
struct SagaKillTests {
  /// An action and what it may leave behind.
  struct Action: Sendable, CustomTestStringConvertible {
    let name: String
    /// How many opening orders it may send, over all lives of the program.
    let openings: Int
    /// Whether a long is held before it begins.
    let needsLong: Bool
    let command: @Sendable (EngineSnapshot) -> Command?
    /// What is wrong in the end beside the general rules, nil for nothing.
    let problem: @Sendable (SagaEnd) -> String?

    var testDescription: String { name }
  }

  /// What is there in the end.
  struct SagaEnd: Sendable {
    let positions: [VenuePosition]
    let held: Contracts
    let heldBefore: Contracts
    let targets: [Price]
    let openSizes: [Contracts]
    let openSides: [OrderSide]
  }

  nonisolated static let id = Storm.first

  nonisolated static func wish(
    _ snapshot: EngineSnapshot, _ side: PositionSide, offset: Int? = nil
  ) -> OpeningIntent? {
    guard let market = snapshot.markets[id], let last = market.lastPrice else { return nil }
    func price(_ share: Int) -> Price {
      let away = last.scaled(by: Rate(Fixed(share).divided(by: 10_000, .up)), .up)
      return (side == .long ? last - away : last + away)
        .rounded(to: market.instrument.tickSize, .nearestOrEven)
    }
    return OpeningIntent(
      instrument: id, side: side, marginMode: .isolated,
      type: offset.map { .limit(price($0)) } ?? .market, size: .contracts(10),
      stop: .stop(Trigger(triggerPrice: price(200))))
  }

  nonisolated static func targets(_ snapshot: EngineSnapshot) -> [PartialTarget] {
    guard let market = snapshot.markets[id], let last = market.lastPrice else { return [] }
    return [100, 200].map { share in
      PartialTarget(
        trigger: Trigger(
          triggerPrice: (last + last.scaled(by: Rate(Fixed(share).divided(by: 10_000, .up)), .up))
            .rounded(to: market.instrument.tickSize, .nearestOrEven)), share: "0.5")
    }
  }

  nonisolated static let key = PositionKey(instrument: id, slot: .net, marginMode: .isolated)

  nonisolated static let actions = [
    Action(
      name: "reverse", openings: 1, needsLong: true,
      command: { snapshot in wish(snapshot, .short).map { .reverse(key, $0) } },
      problem: { end in
        end.held.magnitude > end.heldBefore ? "\(end.held) contracts are held" : nil
      }),
    Action(
      name: "scale in", openings: 1, needsLong: true,
      command: { snapshot in wish(snapshot, .long).map { .scaleIn(key, $0, closeShare: "0.5") } },
      problem: { end in
        end.held > end.heldBefore + end.heldBefore || !end.held.isPositive
          ? "\(end.held) contracts are held" : nil
      }),
    Action(
      name: "targets", openings: 0, needsLong: true,
      command: { .takeProfits(key, targets($0)) },
      problem: { end in
        Set(end.targets).count == end.targets.count && end.targets.count <= 2
          ? nil : "targets \(end.targets)"
      }),
    Action(
      name: "bracket", openings: 1, needsLong: false,
      command: { snapshot in wish(snapshot, .long).map { .bracket($0, targets(snapshot)) } },
      problem: { end in
        Set(end.targets).count == end.targets.count && end.targets.count <= 2
          ? nil : "targets \(end.targets)"
      }),
    Action(
      name: "one of two", openings: 2, needsLong: false,
      command: { snapshot in
        guard let long = wish(snapshot, .long, offset: -3),
          let short = wish(snapshot, .short, offset: 300)
        else { return nil }
        return .openOneOf(long, short)
      },
      problem: { end in
        !end.held.isZero && !end.openSides.isEmpty ? "one filled, the other rests" : nil
      }),
    Action(
      name: "trail", openings: 0, needsLong: true,
      command: { _ in .trail(key, .share("0.0005"), activation: nil) }, problem: { _ in nil }),
    Action(
      name: "break-even", openings: 0, needsLong: true, command: { _ in .breakEven(key) },
      problem: { _ in nil }),
    Action(
      name: "batch", openings: 3, needsLong: false,
      command: { snapshot in
        .openBatch([100, 150, 190].compactMap { wish(snapshot, .long, offset: $0) })
      },
      problem: { end in end.openSizes.count > 3 ? "\(end.openSizes.count) orders rest" : nil }),
    Action(
      name: "stop entry", openings: 1, needsLong: false,
      command: { snapshot in
        guard let wish = wish(snapshot, .long), let market = snapshot.markets[id],
          let mark = market.markPrice
        else { return nil }
        let trigger = (mark + mark.scaled(by: "0.0001", .up))
          .rounded(to: market.instrument.tickSize, .up)
        return .openAt(wish, trigger: trigger, until: nil)
      },
      problem: { end in end.held > 10 ? "\(end.held) contracts are held" : nil }),
    Action(
      name: "flatten", openings: 0, needsLong: true, command: { _ in .flatten(nil) },
      problem: { end in end.held.isZero ? nil : "\(end.held) contracts are held" }),
  ]

  @Test(arguments: actions)
  func `X08 D06 an action that is killed at any step goes on or is given up`(_ action: Action) {
    let steps = play(action, killAt: nil).steps
    #expect(steps > 1)
    let all = ProcessInfo.processInfo.environment["SAGA_KILLS"] == "all"
    let stride = all ? 1 : max(1, steps / 2)
    var kills = 0
    for step in Swift.stride(from: 1, through: steps, by: stride) {
      let problems = play(action, killAt: step).problems
      kills += 1
      #expect(problems.isEmpty, "\(action.name), killed at step \(step) of \(steps)")
    }
    if all { print("\(action.name): \(kills) kills over \(steps) steps") }
  }

  @Test func `O14 X08 an amendment that is killed at any step never trades more than was wanted`() {
    func play(_ killAt: Int?) -> (steps: Int, traded: Contracts, problems: [String]) {
      let desk = ready(false)
      if let wish = Self.wish(desk.snapshot, .long, offset: 100) { desk.command(.open(wish)) }
      desk.run(1_000)
      let order = desk.snapshot.account.orders.open.first { $0.isOwn }
      guard let id = order?.clientOrderID, let price = desk.snapshot.markets[Self.id]?.lastPrice
      else { return (0, 0, ["no order rests"]) }
      let run = Steps(desk, killAt: killAt)
      let away = price.scaled(by: "0.005", .up)
      let tick = desk.snapshot.markets[Self.id]?.instrument.tickSize ?? 1
      desk.command(
        .amend(id, .limit((price - away).rounded(to: tick, .down)), contracts: 10))
      desk.run(45_000)
      let resting = desk.venue.openOrders(of: desk.account, HistoryPage(limit: .max))
        .reduce(Contracts.zero) { $0 + $1.contracts }
      return (run.count, resting, Self.general(desk, openings: 2))
    }
    let steps = play(nil).steps
    #expect(steps > 2)
    let all = ProcessInfo.processInfo.environment["SAGA_KILLS"] == "all"
    for step in Swift.stride(from: 1, through: steps, by: all ? 1 : max(1, steps / 2)) {
      let end = play(step)
      #expect(end.traded <= 10 && end.problems.isEmpty, "killed at step \(step): \(end)")
    }
  }

  /// Counts the writes and requests after an action began, and kills at one of them.
  @MainActor
  private final class Steps {
    private(set) var count = 0

    init(_ desk: FaultDesk, killAt: Int?) {
      let step = { [weak self, weak desk] in
        guard let self, let desk else { return }
        count += 1
        if count == killAt { desk.kill() }
      }
      desk.journal.onWrite = step
      desk.exchange.onRequest = { request in if !request.isRead { step() } }
    }
  }

  private func ready(_ needsLong: Bool) -> FaultDesk {
    let desk = FaultDesk(seed: 11)
    desk.start()
    if needsLong {
      if let wish = Self.wish(desk.snapshot, .long) { desk.command(.open(wish)) }
      desk.run(3_000)
    }
    return desk
  }

  private func play(_ action: Action, killAt: Int?) -> (steps: Int, problems: [String]) {
    let desk = ready(action.needsLong)
    let before = held(desk)
    if action.needsLong, before != 10 { return (0, ["\(before) contracts are held at first"]) }
    let run = Steps(desk, killAt: killAt)
    guard let command = action.command(desk.snapshot) else { return (0, ["no prices"]) }
    desk.command(command)
    desk.run(killAt == nil ? 5_000 : 45_000)
    let steps = run.count
    if killAt == nil { return (steps, []) }
    let venue = desk.venue
    let algos = venue.openAlgos(of: desk.account, protection: true, HistoryPage(limit: .max))
    let opening = venue.openOrders(of: desk.account, HistoryPage(limit: .max))
      .filter { !$0.reduceOnly }
    let end = SagaEnd(
      positions: venue.positions(of: desk.account), held: held(desk), heldBefore: before,
      targets: algos.compactMap { algo in
        guard case .protection(let target?, nil) = algo.kind else { return nil }
        return target.triggerPrice
      }, openSizes: opening.map(\.contracts), openSides: opening.map(\.side))
    var problems = Self.general(desk, openings: action.openings + (action.needsLong ? 1 : 0))
    if let problem = action.problem(end) { problems.append(problem) }
    if !problems.isEmpty { problems += desk.exchange.story.suffix(25) }
    return (steps, problems)
  }

  private func held(_ desk: FaultDesk) -> Contracts {
    desk.venue.positions(of: desk.account).reduce(.zero) {
      $0 + ($1.side == .long ? $1.contracts : -$1.contracts)
    }
  }

  /// What must hold in the end whatever was done.
  private static func general(_ desk: FaultDesk, openings: Int) -> [String] {
    var problems: [String] = []
    let snapshot = desk.snapshot
    if snapshot.readiness != .ready { problems.append("not ready: \(snapshot.readiness)") }
    let sent = desk.journal.records.count { record in
      if case .intent(let intent) = record { intent.purpose == .open } else { false }
    }
    if sent > openings { problems.append("\(sent) openings were sent, \(openings) wanted") }
    for position in snapshot.positions where position.source != nil {
      if case .proven = position.protection { continue }
      problems.append("\(position.key.instrument) is not protected")
    }
    let lingering = snapshot.plans.filter { !["trail", "entry", "oneOf"].contains($0.kind) }
    if !lingering.isEmpty { problems.append("goes on: \(lingering.map(\.kind))") }
    let ours = snapshot.account.positions.held.map { "\($0.report.side) \($0.report.contracts)" }
    let theirs = desk.venue.positions(of: desk.account).map { "\($0.side) \($0.contracts)" }
    if ours != theirs { problems.append("we hold \(ours), the exchange says \(theirs)") }
    return problems
  }
}
