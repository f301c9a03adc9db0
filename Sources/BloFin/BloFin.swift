// BloFin
