/// A bar that is filled by a fraction.
public struct Gauge: Equatable, Sendable {
  /// How much is filled, 0 to 1; beyond that it is full or empty.
  public var fraction: Double
  /// Color of the filled part.
  public var ink: Ink
  /// Text on the bar; the number itself, for the length says it only roughly.
  public var label: String

  /// A gauge with its number as text.
  public init(_ fraction: Double, _ ink: Ink = .accent, label: String = "") {
    self.fraction = fraction
    self.ink = ink
    self.label = label
  }

  /// Draws the bar in the first row of a rectangle with its label at the right; where there is no
  /// room for both, the label alone.
  public func draw(into frame: inout Frame, in rect: Rect, _ glyphs: Glyphset) {
    let line = rect.row(0)
    let wanted = label.isEmpty ? 0 : TextWidth.columns(of: label) + 1
    let labelWidth = wanted + 3 > line.width && wanted > 0 ? line.width : wanted
    let parts = line.columns([.rest, .fixed(labelWidth)])
    let bar = parts[0]
    frame.draw(label, in: parts[1], Style(.text), align: .trailing, overflow: .hashes)
    guard !bar.isEmpty else { return }
    frame.fill(bar, Cell(glyphs.isASCII ? "." : "░", Style(.border)))
    let eighths = Self.eighths(fraction, width: bar.width)
    let style = Style(ink)
    let full = Rect(x: bar.x, y: bar.y, width: eighths / 8, height: 1)
    frame.fill(full, Cell(glyphs.isASCII ? "#" : "█", style))
    guard eighths % 8 > 0, !glyphs.isASCII else { return }
    frame.put(Cell(Self.parts[eighths % 8], style), at: Point(x: full.endX, y: bar.y))
  }

  /// Filled eighths of a cell; at least one for any fraction above zero, never all for one below 1.
  static func eighths(_ fraction: Double, width: Int) -> Int {
    guard fraction > 0 else { return 0 }
    guard fraction < 1 else { return width * 8 }
    return max(1, min(width * 8 - 1, Int(fraction * Double(width * 8))))
  }

  static let parts: [Unicode.Scalar] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
