import Units

extension Fixed {
  /// The smallest step above zero, 10⁻¹⁸.
  public static var leastPositive: Fixed { Fixed(raw: 1) }
}
