package org.tofro.data;

import java.io.Serializable;

/**
 * One column of staged rows.
 *
 * @param name its name in the staged files and in the warehouse
 * @param type the warehouse's type, as Redshift's DDL spells it, such as {@code varchar(256)}
 * @param sourceType the source's type, as the source's DDL spells it, for messages and reports
 */
public record Column(String name, String type, String sourceType) implements Serializable {}
