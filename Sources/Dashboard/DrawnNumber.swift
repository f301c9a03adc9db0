import Units

extension FixedUnit {
  /// The nearest floating number; for lengths and positions on the screen, never for money.
  var drawn: Double { Double(value.raw) / Double(Fixed.unit) }
}
