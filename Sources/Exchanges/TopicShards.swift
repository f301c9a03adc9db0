/// Divides topics among connections, because an exchange bounds the topics of one connection.
///
/// A topic stays on its connection for as long as it is wanted. A value.
public struct TopicShards<Topic: Hashable & Sendable>: Sendable {
  private let capacity: Int
  private let maximumShards: Int
  /// The topics of each connection; a connection without topics keeps its place.
  public private(set) var shards: [[Topic]] = []

  /// Makes an empty division.
  public init(capacity: Int, maximumShards: Int) {
    precondition(capacity > 0 && maximumShards > 0, "a connection carries a topic")
    self.capacity = capacity
    self.maximumShards = maximumShards
  }

  /// Sets what is wanted, in order of importance; returns the topics that find no place.
  public mutating func setTopics(_ topics: [Topic]) -> [Topic] {
    var seen: Set<Topic> = []
    let wanted = topics.filter { seen.insert($0).inserted }
    for index in shards.indices { shards[index].removeAll { !seen.contains($0) } }
    let placed = Set(shards.joined())
    var homeless: [Topic] = []
    for topic in wanted where !placed.contains(topic) {
      if let free = shards.firstIndex(where: { $0.count < capacity }) {
        shards[free].append(topic)
      } else if shards.count < maximumShards {
        shards.append([topic])
      } else {
        homeless.append(topic)
      }
    }
    return homeless
  }
}
