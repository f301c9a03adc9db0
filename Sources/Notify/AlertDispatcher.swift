import EventLoop
import Trading
import Units

/// Brings alerts to the channels, each at its own pace: one that hangs holds up nobody else.
public final class AlertDispatcher {
  /// Called when a channel's state has changed in a way that people should know.
  public var onProblem: ((_ channel: String, _ reason: String) -> Void)?
  /// Called when ``statuses`` may say something else than before.
  public var onChange: (() -> Void)?

  private final class Lane {
    let channel: any AlertChannel
    var queue: DeliveryQueue
    var timer: TimerToken?
    /// What the other channels were told of: this one does not take it.
    var toldRefused: Set<AlertID> = []

    init(_ channel: any AlertChannel, _ policy: ChannelPolicy) {
      self.channel = channel
      queue = DeliveryQueue(policy, batchLimit: channel.batchLimit)
    }
  }

  private let lanes: [Lane]
  private let loop: any Loop
  private let origin: String
  private var isStopped = false
  /// How often other channels were told that one does not take alerts.
  private var troubleCount: UInt64 = 0
  /// The number under which that is told; no rule has it.
  private static let troubleRule = AlertRuleID(9_999_998)

  /// Makes a dispatcher; `origin` names the mode and the account in every message.
  public init(
    _ channels: [(channel: any AlertChannel, policy: ChannelPolicy)], origin: String,
    loop: any Loop
  ) {
    lanes = channels.map { Lane($0.channel, $0.policy) }
    self.origin = origin
    self.loop = loop
  }

  /// Sends an alert through every channel that wants it.
  public func tell(_ alert: AlertRecord, isRepeat: Bool) {
    guard !isStopped else { return }
    let message = AlertMessage(alert, origin: origin, isRepeat: isRepeat)
    for lane in lanes {
      lane.queue.add(message, at: now)
      pump(lane)
    }
    onChange?()
  }

  /// An alert was acknowledged: what still waits of it is not sent.
  public func acknowledged(_ id: AlertID) {
    for lane in lanes { lane.queue.forget(id) }
    onChange?()
  }

  /// How each channel stands, in the order in which they were given.
  public var statuses: [ChannelStatus] {
    lanes.map { lane in
      ChannelStatus(
        name: lane.channel.name, state: state(lane), deliveredCount: lane.queue.deliveredCount,
        waitingCount: lane.queue.count, droppedCount: lane.queue.droppedCount,
        problem: lane.queue.problem)
    }
  }

  /// Sends nothing any more.
  public func stop() {
    isStopped = true
    for lane in lanes { lane.timer.map(loop.cancel) }
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func state(_ lane: Lane) -> ChannelStatus.State {
    if let reason = lane.queue.closedBecause { return .closed(reason: reason) }
    if lane.queue.isSending { return .sending }
    return lane.queue.nextMoment(at: now).map { .waiting(until: $0) } ?? .idle
  }

  private func pump(_ lane: Lane) {
    guard !isStopped else { return }
    lane.timer.map(loop.cancel)
    lane.timer = nil
    switch lane.queue.next(at: now) {
    case .nothing: return
    case .wait(let moment):
      lane.timer = loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
        lane.timer = nil
        self?.pump(lane)
        self?.onChange?()
      }
    case .send(let messages, let isSilent):
      lane.channel.send(messages, isSilent: isSilent) { [weak self] delivery in
        self?.finish(lane, messages, delivery)
      }
    }
  }

  private func finish(_ lane: Lane, _ sent: [AlertMessage], _ delivery: Delivery) {
    let before = lane.queue.problem
    lane.queue.finish(delivery, at: now)
    if let problem = lane.queue.problem, problem != before {
      onProblem?(lane.channel.name, problem)
    }
    switch delivery {
    case .closed(let reason): tellOthers(of: lane, reason)
    case .refused(let reason): tellOthers(of: lane, sent, refusedFor: reason)
    case .retry, .delivered: break
    }
    pump(lane)
    onChange?()
  }

  /// Tells the other channels of a critical alert that one does not take, once: it is tried for as
  /// long as the program runs.
  private func tellOthers(of lane: Lane, _ sent: [AlertMessage], refusedFor reason: String) {
    // One of several is tried alone first. That one channel does not take what is told of another
    // is not told any further.
    guard sent.count == 1, sent[0].severity == .critical, sent[0].id.rule != Self.troubleRule,
      lane.toldRefused.insert(sent[0].id).inserted
    else { return }
    tellOthers(of: lane, reason)
  }

  /// Tells through the other channels that one takes no alerts.
  private func tellOthers(of lane: Lane, _ problem: String) {
    troubleCount += 1
    let alert = AlertRecord(
      id: AlertID(rule: Self.troubleRule, count: troubleCount), severity: .critical,
      text: "alerts do not reach \(lane.channel.name): \(problem)", instrument: nil, at: now)
    let message = AlertMessage(alert, origin: origin, isRepeat: false)
    for other in lanes where other !== lane {
      other.queue.add(message, at: now)
      if !other.queue.isSending { pump(other) }
    }
  }
}
