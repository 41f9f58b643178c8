/**
 * YAML text as a tree whose every value knows where it stands. A scalar keeps its text: whether {@code no} is a word or
 * {@code 12:30} a number is for the field to say that asks for it.
 *
 * <p>May depend on {@code problem}; SnakeYAML stays inside. Start reading at {@link org.tofro.yaml.YamlReader}.
 */
@NullMarked
package org.tofro.yaml;

import org.jspecify.annotations.NullMarked;
