/// A line of parts that always fits: the least important ones are shortened or go.
///
/// Where all are as short as they can be, parts are left out whole: those of the highest rank
/// first, then the last ones without a rank, never the first of all.
public struct FittedLine: Equatable, Sendable {
  /// One part of a line.
  public struct Part: Equatable, Sendable {
    /// What it shows, from the longest form to the shortest; an empty form leaves it out.
    public var forms: [[Span]]
    /// Zero for a part that keeps its form; the highest gives way first.
    public var rank: Int

    /// A part; its spaces are part of its forms.
    public init(_ forms: [[Span]], rank: Int = 0) {
      self.forms = forms
      self.rank = rank
    }
  }

  /// What stands at the left.
  public var leading: [Part]
  /// What stands at the right.
  public var trailing: [Part]

  /// A line of parts.
  public init(leading: [Part], trailing: [Part] = []) {
    self.leading = leading
    self.trailing = trailing
  }

  /// Draws the longest forms that fit into the first row of a rectangle.
  public func draw(into frame: inout Frame, in rect: Rect) {
    let chosen = chosen(for: rect.width)
    frame.draw(chosen.leading, in: rect)
    frame.draw(chosen.trailing, in: rect, align: .trailing)
  }

  /// The forms that fit into so many columns; the first part is there even where it does not fit.
  public func chosen(for width: Int) -> (leading: [Span], trailing: [Span]) {
    let parts = leading + trailing
    var form = Array(repeating: 0, count: parts.count)
    func columns(_ index: Int) -> Int {
      guard form[index] < parts[index].forms.count else { return 0 }
      return parts[index].forms[form[index]].reduce(0) { $0 + TextWidth.columns(of: $1.text) }
    }
    var total = parts.indices.reduce(0) { $0 + columns($1) }
    while total > width {
      var next: Int?
      for index in parts.indices
      where parts[index].rank > 0 && form[index] + 1 < parts[index].forms.count {
        if next.map({ parts[$0].rank < parts[index].rank }) ?? true { next = index }
      }
      guard let next else { break }
      total -= columns(next)
      form[next] += 1
      total += columns(next)
    }
    let byRank = parts.indices.dropFirst().sorted {
      (parts[$0].rank, $0) > (parts[$1].rank, $1)
    }
    for index in byRank where total > width {
      total -= columns(index)
      form[index] = parts[index].forms.count
    }
    let spans = parts.indices.map { index in
      form[index] < parts[index].forms.count ? parts[index].forms[form[index]] : []
    }
    return (
      spans.prefix(leading.count).flatMap(\.self), spans.dropFirst(leading.count).flatMap(\.self)
    )
  }
}
